package io.octavo.broker.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.octavo.ports.Clock;
import io.octavo.ports.Randomness;
import io.octavo.protocol.wire.MalformedFrame;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FrameReceiverTest {
    private static final int FRAME_BYTES_MAX = 1 << 20;
    private static final int CHUNK = FrameMemory.CHUNK_BYTES;

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    private final FrameBudget budget = new FrameBudget(64 << 20);
    private final FrameMemory memory = new FrameMemory(allocator, budget);
    private final FrameReceiver receiver =
            new FrameReceiver(memory, Clock.system(), FRAME_BYTES_MAX, () -> {});

    @Test
    void severalFramesAreCutFromOneRead() {
        receive(concat(frame(20, 1), frame(8, 2), frame(300, 3)));

        assertThat(cutAll()).containsExactly(body(20, 1), body(8, 2), body(300, 3));
    }

    @Test
    void aFrameThatArrivesByteByByteIsCutWhenItIsComplete() {
        byte[] bytes = frame(50, 7);
        for (int i = 0; i < bytes.length - 1; i++) {
            receive(new byte[] {bytes[i]});
            assertThat(receiver.next()).isNull();
            receiver.settle();
        }

        receive(new byte[] {bytes[bytes.length - 1]});

        assertThat(cutAll()).containsExactly(body(50, 7));
    }

    @Test
    void memoryFollowsWhatArrivesOfALargeFrame() {
        byte[] bytes = frame(FRAME_BYTES_MAX, 9);
        for (int from = 0; from < bytes.length; from += 1000) {
            int end = Math.min(bytes.length, from + 1000);
            receive(Arrays.copyOfRange(bytes, from, end));
            assertThat(budget.usedBytes()).isLessThanOrEqualTo(Math.max(CHUNK, 2L * end));
        }

        assertThat(cutAll()).containsExactly(body(FRAME_BYTES_MAX, 9));
    }

    @Test
    void aLargeFrameThatDribblesInIsMovedOnlyWhenItsMemoryDoubles() {
        byte[] bytes = frame(FRAME_BYTES_MAX, 9);
        int moves = 0;
        ByteBuf last = null;
        for (int from = 0; from < bytes.length; from += 100) {
            receive(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + 100)));
            if (receiver.room() != last) {
                last = receiver.room();
                moves++;
            }
        }

        assertThat(moves).isLessThan(10);
        assertThat(cutAll()).containsExactly(body(FRAME_BYTES_MAX, 9));
    }

    @Test
    void aLargeFrameThatIsNoProduceIsRefusedByItsFirstBytes() {
        FrameReceiver large = new FrameReceiver(memory, Clock.system(), 100 << 20, () -> {});
        ByteBuffer produce = ByteBuffer.allocate(6).putInt(FrameReceiver.DECODED_BYTES_MAX + 1);
        receive(large, produce.array());
        assertThat(large.next()).isNull();
        large.close();

        FrameReceiver other = new FrameReceiver(memory, Clock.system(), 100 << 20, () -> {});
        receive(other, produce.putShort((short) 11).array());
        assertThatThrownBy(other::next)
                .isInstanceOf(MalformedFrame.class)
                .hasMessageContaining("no Produce");
        other.close();
    }

    @Test
    void aFrameThatDribblesInWhileOthersHaveNoMemoryIsTooSlow() {
        receive(ByteBuffer.allocate(104).putInt(FRAME_BYTES_MAX).array());

        assertThat(receiver.tooSlow(0, true)).isFalse();
        receive(new byte[100]);
        assertThat(receiver.tooSlow(9_999, true)).isFalse();
        assertThat(receiver.tooSlow(10_000, true)).isTrue();
        assertThat(receiver.tooSlow(10_001, false)).isFalse();
        assertThat(receiver.tooSlow(20_000, true)).isFalse();
        receiver.close();
    }

    @Test
    void aFrameThatGrowsAsItShouldIsNotTooSlow() {
        FrameReceiver large = new FrameReceiver(memory, Clock.system(), 100 << 20, () -> {});
        receive(large, ByteBuffer.allocate(104).putInt(90 << 20).array());
        assertThat(large.tooSlow(0, true)).isFalse();

        receive(large, new byte[5 << 20]);

        assertThat(large.tooSlow(10_000, true)).isFalse();
        assertThat(large.tooSlow(19_999, true)).isFalse();
        assertThat(large.tooSlow(20_000, true)).isTrue();
        large.close();
    }

    @Test
    void aDeclaredFrameOfWhichLittleArrivedHoldsLittle() {
        receive(ByteBuffer.allocate(104).putInt(FRAME_BYTES_MAX).array());
        receiver.settle();

        assertThat(budget.usedBytes()).isEqualTo(512);
    }

    @Test
    void aConnectionThatCompletedALargeFrameIsGivenRoomForItAtOnce() {
        receive(frame(500_000, 1));
        cutAll();
        receiver.settle();

        receiver.makeRoom();

        assertThat(receiver.room().capacity()).isEqualTo(8 * CHUNK);
    }

    @Test
    void aLargeFrameThatDribblesInBehindAnotherHoldsLittle() {
        int bytes = 16 << 20;
        FrameReceiver large = new FrameReceiver(memory, Clock.system(), 2 * bytes, () -> {});
        receive(large, ByteBuffer.allocate(4 + bytes).putInt(bytes).array());
        Objects.requireNonNull(large.next()).release();
        large.settle();
        byte[] second = ByteBuffer.allocate(4 + bytes).putInt(bytes).array();

        receive(large, Arrays.copyOf(second, 4));
        for (int i = 4; i < 14; i++) {
            large.settle();
            receive(large, Arrays.copyOfRange(second, i, i + 1));
            assertThat(budget.usedBytes()).isLessThanOrEqualTo(2 << 20);
        }

        receive(large, Arrays.copyOfRange(second, 14, second.length));
        assertThat(Objects.requireNonNull(large.next()).sizeBytes()).isEqualTo(bytes);
        large.close();
    }

    @Test
    void aFrameThatWaitsMovesOutOfAChunkThatItHardlyUses() {
        receive(concat(frame(100, 1), frame(200, 2)));
        Frame first = Objects.requireNonNull(receiver.next());
        Frame second = Objects.requireNonNull(receiver.next());
        receiver.settle();
        assertThat(budget.usedBytes()).isEqualTo(CHUNK);

        first.settle(memory);
        second.settle(memory);

        assertThat(budget.usedBytes()).isEqualTo(2 * 512);
        assertThat(bytesOf(first)).isEqualTo(body(100, 1));
        assertThat(bytesOf(second)).isEqualTo(body(200, 2));
        first.release();
        second.release();
        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void aFrameThatWaitsStaysInAChunkThatIsReadIntoAnyway() {
        receive(concat(frame(100, 1), frame(200, 2)));
        receive(Arrays.copyOf(frame(60_000, 3), 30_000));
        Frame first = Objects.requireNonNull(receiver.next());
        Frame second = Objects.requireNonNull(receiver.next());
        assertThat(receiver.next()).isNull();
        receiver.settle();

        first.settle(memory);
        second.settle(memory);

        assertThat(budget.usedBytes()).isEqualTo(CHUNK);
        first.release();
        second.release();
        receiver.close();
    }

    @Test
    void anIdleConnectionHoldsNothing() {
        receive(concat(frame(20, 1), frame(30, 2)));
        cutAll();

        receiver.settle();

        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void aFrameThatIsStillUsedKeepsItsBytes() {
        receive(frame(100, 1));
        Frame used = Objects.requireNonNull(receiver.next());
        receiver.settle();

        receive(frame(100, 2));
        cutAll();

        assertThat(bytesOf(used)).isEqualTo(body(100, 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE, 0, 7, FRAME_BYTES_MAX + 1, Integer.MAX_VALUE})
    void aLengthThatCannotBeIsMalformed(int length) {
        receive(ByteBuffer.allocate(100).putInt(length).array());

        assertThatThrownBy(receiver::next)
                .isInstanceOf(MalformedFrame.class)
                .hasMessageContaining("" + length);
    }

    @Test
    void theLimitMayBeSmallerBeforeAClientIsKnown() {
        receiver.frameBytesMax(64);
        receive(frame(65, 1));

        assertThatThrownBy(receiver::next).isInstanceOf(MalformedFrame.class);
    }

    @Test
    void whenMemoryIsSpentAllButTheFirstGetNoRoom() {
        FrameMemory little = new FrameMemory(allocator, new FrameBudget(CHUNK));
        List<String> woken = new ArrayList<>();
        FrameReceiver holder =
                new FrameReceiver(
                        little, Clock.system(), FRAME_BYTES_MAX, () -> woken.add("holder"));
        FrameReceiver first =
                new FrameReceiver(
                        little, Clock.system(), FRAME_BYTES_MAX, () -> woken.add("first"));
        FrameReceiver second =
                new FrameReceiver(
                        little, Clock.system(), FRAME_BYTES_MAX, () -> woken.add("second"));

        assertThat(holder.makeRoom()).isTrue();
        assertThat(first.makeRoom()).isTrue();
        assertThat(second.makeRoom()).isFalse();
        first.close();

        assertThat(woken).containsExactly("second");
        assertThat(second.makeRoom()).isTrue();
    }

    /// Its chunk is full of requests that wait, and nothing more comes.
    @Test
    void whoIsLetGoOnAndNeedsNothingLeavesThatToOthers() {
        FrameMemory little = new FrameMemory(allocator, new FrameBudget(2 * CHUNK));
        List<String> woken = new ArrayList<>();
        FrameReceiver holder = new FrameReceiver(little, Clock.system(), CHUNK, () -> {});
        FrameReceiver full =
                new FrameReceiver(little, Clock.system(), CHUNK, () -> woken.add("full"));
        FrameReceiver going = new FrameReceiver(little, Clock.system(), CHUNK, () -> {});
        FrameReceiver other =
                new FrameReceiver(little, Clock.system(), CHUNK, () -> woken.add("other"));
        assertThat(holder.makeRoom()).isTrue();
        receive(full, concat(frame(CHUNK / 2 - 4, 1), frame(CHUNK / 2 - 4, 2)));
        Frame first = Objects.requireNonNull(full.next());
        Frame second = Objects.requireNonNull(full.next());
        assertThat(going.makeRoom()).isTrue();
        assertThat(full.makeRoom()).isFalse();
        assertThat(other.makeRoom()).isFalse();

        going.close();
        assertThat(woken).containsExactly("full");
        full.retry();

        assertThat(woken).containsExactly("full", "other");
        assertThat(other.makeRoom()).isTrue();
        first.release();
        second.release();
        holder.close();
        other.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whateverTheSplitsEveryFrameArrivesWhole(long seed) {
        Randomness random = Randomness.seeded(seed);
        ArrayDeque<Held> held = new ArrayDeque<>();
        ByteBuffer pending = ByteBuffer.allocate(0);
        int sent = 0;
        int seen = 0;
        while (seen < 2_000) {
            if (pending.remaining() < 4 && sent < 2_000) {
                byte[] next = frame(size(random), sent++);
                pending = ByteBuffer.wrap(concat(remaining(pending), next));
            }
            byte[] part = new byte[Math.min(pending.remaining(), 1 + random.nextInt(70_000))];
            pending.get(part);
            receive(part);
            for (Frame frame = receiver.next(); frame != null; frame = receiver.next()) {
                held.add(new Held(frame, body(frame.sizeBytes(), seen++)));
            }
            while (held.size() > random.nextInt(20)) {
                held.remove().check();
            }
            if (random.nextInt(3) == 0) {
                receiver.settle();
            }
        }
        held.forEach(Held::check);
        receiver.close();
        memory.close();
        assertThat(budget.usedBytes()).isZero();
        assertThat(allocator.metric().usedDirectMemory()).isZero();
    }

    private static int size(Randomness random) {
        return switch (random.nextInt(10)) {
            case 0 -> 8 + random.nextInt(200_000);
            case 1, 2 -> 8 + random.nextInt(20_000);
            default -> 8 + random.nextInt(300);
        };
    }

    /// What Netty does with a buffer.
    private void receive(byte[] bytes) {
        receive(receiver, bytes);
    }

    private static void receive(FrameReceiver receiver, byte[] bytes) {
        int done = 0;
        while (done < bytes.length) {
            assertThat(receiver.makeRoom()).isTrue();
            ByteBuf room = receiver.room();
            int part = Math.min(room.writableBytes(), bytes.length - done);
            assertThat(part).isPositive();
            room.writeBytes(bytes, done, part);
            done += part;
        }
    }

    private List<String> cutAll() {
        List<String> all = new ArrayList<>();
        for (@Nullable Frame frame = receiver.next(); frame != null; frame = receiver.next()) {
            all.add(bytesOf(frame));
            frame.release();
        }
        return all;
    }

    private static String bytesOf(Frame frame) {
        byte[] bytes = new byte[frame.sizeBytes()];
        frame.bytes().get(bytes);
        return new String(bytes, ISO_8859_1);
    }

    private static byte[] frame(int size, int seed) {
        ByteBuffer bytes = ByteBuffer.allocate(4 + size).putInt(size);
        fill(bytes, size, seed);
        return bytes.array();
    }

    private static String body(int size, int seed) {
        ByteBuffer bytes = ByteBuffer.allocate(size);
        fill(bytes, size, seed);
        return new String(bytes.array(), ISO_8859_1);
    }

    private static void fill(ByteBuffer bytes, int size, int seed) {
        for (int i = 0; i < size; i++) {
            bytes.put((byte) (seed * 31 + i));
        }
    }

    private static byte[] remaining(ByteBuffer bytes) {
        byte[] left = new byte[bytes.remaining()];
        bytes.get(left);
        return left;
    }

    private static byte[] concat(byte[]... parts) {
        int size = 0;
        for (byte[] part : parts) {
            size += part.length;
        }
        ByteBuffer all = ByteBuffer.allocate(size);
        for (byte[] part : parts) {
            all.put(part);
        }
        return all.array();
    }

    private record Held(Frame frame, String expected) {
        void check() {
            assertThat(bytesOf(frame)).isEqualTo(expected);
            frame.release();
        }
    }
}
