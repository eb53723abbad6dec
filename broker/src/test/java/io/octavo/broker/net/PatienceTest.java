package io.octavo.broker.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.octavo.broker.api.DiskReaders;
import io.octavo.broker.net.Patience.Fate;
import io.octavo.ports.Clock;
import io.octavo.ports.ManualClock;
import io.octavo.ports.ManualLoop;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Connections of which a frame has begun to come, while others have no memory.
final class PatienceTest {
    private static final int FRAME_BYTES_MAX = 1 << 20;

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final FrameBudget budget = new FrameBudget(1 << 20);
    private final FrameBudget.Claim other = new FrameBudget.Claim(() -> {});
    private final UnsentBudget unsent = new UnsentBudget();
    private final FrameReceiver receiver =
            new FrameReceiver(
                    new FrameMemory(new UnpooledByteBufAllocator(true), budget),
                    Clock.system(),
                    FRAME_BYTES_MAX,
                    () -> {});
    private final DiskReaders readers = new DiskReaders(List.of(new ManualLoop(new ManualClock())));
    private final ReplySender sender =
            new ReplySender(
                    channel, unsent, new ReadAhead(readers.of(1), Runnable::run, () -> {}), 0);
    private final RequestQueue queue = new RequestQueue(FRAME_BYTES_MAX);
    private final Patience patience = new Patience(budget, unsent, -1, receiver, queue, sender);

    @BeforeEach
    void receiveABeginning() {
        assertThat(receiver.makeRoom()).isTrue();
        receiver.room().writeBytes(ByteBuffer.allocate(100).putInt(0, FRAME_BYTES_MAX));
        assertThat(receiver.next()).isNull();
        assertThat(budget.take(other, 1 << 20)).isTrue();
        assertThat(budget.contended()).isTrue();
    }

    @AfterEach
    void close() {
        queue.dropWaiting();
        receiver.close();
        sender.close();
        channel.finishAndReleaseAll();
    }

    @Test
    void whoseFrameDribblesInIsRefused() {
        assertThat(judge(0, true)).isEqualTo(Fate.STAYS);
        assertThat(judge(9_999, true)).isEqualTo(Fate.STAYS);
        assertThat(judge(10_000, true)).isEqualTo(Fate.REFUSED);
    }

    /// It holds what it has of the frame, and reads a little now and then.
    @Test
    void whoseFrameDoesNotComeBecauseItDoesNotReadItsRepliesIsRefused() {
        var _ = channel.write(Unpooled.wrappedBuffer(new byte[FRAME_BYTES_MAX]));
        assertThat(sender.backedUp()).isTrue();

        assertThat(judge(0, false)).isEqualTo(Fate.STAYS);
        assertThat(judge(10_000, false)).isEqualTo(Fate.REFUSED);
    }

    @Test
    void whoIsNotReadForTheBrokersOwnReasonsStays() {
        assertThat(judge(0, false)).isEqualTo(Fate.STAYS);
        assertThat(judge(1_000_000, false)).isEqualTo(Fate.STAYS);
    }

    @Test
    void whereThereIsMemoryNobodyIsHurried() {
        budget.leave(other);
        budget.give(1 << 20);
        var _ = channel.write(Unpooled.wrappedBuffer(new byte[FRAME_BYTES_MAX]));

        assertThat(judge(0, false)).isEqualTo(Fate.STAYS);
        assertThat(judge(1_000_000, false)).isEqualTo(Fate.STAYS);
    }

    /// Its peer sends something small now and then, and so is not silent.
    @Test
    void whoseRequestsWaitAndHoldMuchIsRefused() {
        queue.add(request(70_000));

        assertThat(judge(0, false)).isEqualTo(Fate.STAYS);
        assertThat(judge(9_999, false)).isEqualTo(Fate.STAYS);
        assertThat(judge(10_000, false)).isEqualTo(Fate.REFUSED);
    }

    @Test
    void whoseRequestsWaitAndHoldLittleStays() {
        queue.add(request(1_000));

        assertThat(judge(0, false)).isEqualTo(Fate.STAYS);
        assertThat(judge(1_000_000, false)).isEqualTo(Fate.STAYS);
    }

    @Test
    void whoseRequestsAreHandledOneByOneStays() {
        queue.add(request(70_000));
        queue.add(request(70_000));
        assertThat(judge(0, false)).isEqualTo(Fate.STAYS);

        Objects.requireNonNull(queue.pollHandleable()).release();

        assertThat(judge(10_000, false)).isEqualTo(Fate.STAYS);
        assertThat(judge(19_999, false)).isEqualTo(Fate.STAYS);
        assertThat(judge(20_000, false)).isEqualTo(Fate.REFUSED);
    }

    private static Frame request(int bytes) {
        FrameReceiver source =
                new FrameReceiver(
                        new FrameMemory(
                                new UnpooledByteBufAllocator(true), new FrameBudget(1 << 20)),
                        Clock.system(),
                        FRAME_BYTES_MAX,
                        () -> {});
        ByteBuffer frame = ByteBuffer.allocate(4 + bytes).putInt(0, bytes);
        while (frame.hasRemaining()) {
            assertThat(source.makeRoom()).isTrue();
            int part = Math.min(frame.remaining(), source.room().writableBytes());
            source.room().writeBytes(frame.slice(frame.position(), part));
            frame.position(frame.position() + part);
        }
        Frame request = Objects.requireNonNull(source.next());
        source.close();
        return request;
    }

    private Fate judge(long nowMs, boolean reading) {
        return patience.judge(nowMs, 0, reading, false).fate();
    }
}
