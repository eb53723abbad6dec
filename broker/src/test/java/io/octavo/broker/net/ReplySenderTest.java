package io.octavo.broker.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import io.octavo.broker.api.DiskReaders;
import io.octavo.broker.replica.FailingFiles;
import io.octavo.log.DataDirectory;
import io.octavo.log.Log;
import io.octavo.log.LogConfig;
import io.octavo.log.LogSlice;
import io.octavo.ports.Clock;
import io.octavo.ports.ManualClock;
import io.octavo.ports.ManualLoop;
import io.octavo.ports.Randomness;
import io.octavo.protocol.record.Compression;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.record.RecordBatchBuilder;
import io.octavo.protocol.wire.Uuid;
import io.octavo.protocol.wire.Writer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is handed to the socket for a reply: buffers, and regions of files.
final class ReplySenderTest {
    private static final int FEW_BYTES = 10_000;
    private static final int MANY_BYTES = 20_000;

    @TempDir Path directory;

    private final FailingFiles disk = new FailingFiles();
    private boolean deaf;

    /// What the system says when it is to send something.
    private @Nullable IOException unsendable;

    /// Whether the peer takes one buffer although it is deaf.
    private boolean once;

    private final EmbeddedChannel channel =
            new EmbeddedChannel() {
                @Override
                protected void doWrite(ChannelOutboundBuffer leaving) throws Exception {
                    if (unsendable != null) {
                        throw unsendable;
                    }
                    if (!deaf) {
                        super.doWrite(leaving);
                    } else if (once) {
                        once = false;
                        leaving.remove();
                    }
                }
            };
    private final List<LogSlice> slices = new ArrayList<>();
    private final UnsentBudget unsent = new UnsentBudget();
    private DataDirectory data;
    private Log log;
    private ReplySender sender;

    @BeforeEach
    void open() throws IOException {
        data = DataDirectory.open(directory, disk, Clock.system(), Randomness.seeded(1), "");
        log = data.log("topic-0", new Uuid(1, 2), LogConfig.defaults());
        DiskReaders readers = new DiskReaders(List.of(new ManualLoop(new ManualClock())));
        // What is appended in this run is in memory: nothing is read ahead.
        sender =
                new ReplySender(
                        channel, unsent, new ReadAhead(readers.of(1), Runnable::run, () -> {}), 0);
    }

    @AfterEach
    void everySliceWasReleased() throws IOException {
        sender.close();
        channel.finishAndReleaseAll();
        data.close();
        for (LogSlice slice : slices) {
            assertThatThrownBy(slice::retain).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void fewRecordsLeaveAsBytesWithThoseAroundThem() throws IOException {
        sender.add(reply(FEW_BYTES, FEW_BYTES));
        sender.flush();

        assertThat(handed()).hasSize(5).allMatch(piece -> piece.startsWith("bytes "));
    }

    @Test
    void fewRecordsAreCopiedAsTheyAre() throws IOException {
        LogSlice slice = slice(FEW_BYTES);
        ByteBuffer expected = slice.toBytes();
        Writer reply = Writer.heap(100);
        reply.records(slice, false);

        sender.add(reply);
        sender.flush();

        ByteBuf length = channel.readOutbound();
        length.release();
        ByteBuf sent = channel.readOutbound();
        assertThat(sent.nioBuffer()).isEqualTo(expected);
        sent.release();
    }

    @Test
    void manyRecordsAreSentFromTheirFile() throws IOException {
        sender.add(reply(MANY_BYTES));
        sender.flush();

        assertThat(handed()).hasSize(3).element(1).asString().startsWith("file ");
    }

    /// Of whose pages some are in memory, so that no worker has read it first.
    @Test
    void whatTheSystemCannotReadAsItSendsItIsDamage() throws IOException {
        sender.add(reply(MANY_BYTES));
        unsendable = new IOException("sendfile(..) failed with error(-5): Input/output error");
        sender.flush();
        disk.failReads("topic-0");

        data.checkpoint();

        assertThat(log.damagedRanges()).isNotEmpty();
        assertThatThrownBy(channel::checkException).isSameAs(unsendable);
    }

    @Test
    void whatAPeerDoesNotTakeAnyMoreIsNot() throws IOException {
        sender.add(reply(MANY_BYTES));
        unsendable = new IOException("sendfile(..) failed with error(-32): Broken pipe");
        sender.flush();
        disk.failReads("topic-0");

        data.checkpoint();

        assertThat(log.damagedRanges()).isEmpty();
        assertThatThrownBy(channel::checkException).isSameAs(unsendable);
    }

    @Test
    void whatTheSocketDoesNotTakeStaysInItsFile() throws IOException {
        int[] few = new int[50];
        Arrays.fill(few, FEW_BYTES);
        sender.add(reply(few));

        sender.flush();
        assertThat(handed()).hasSizeLessThan(20);
        assertThat(sender.handedOver()).isFalse();

        int rest = 0;
        while (!sender.handedOver()) {
            sender.flush();
            rest += handed().size();
        }
        assertThat(rest).isGreaterThan(80);
    }

    @Test
    void largeRepliesCountUntilTheyAreSentOrGivenUp() throws IOException {
        sender.add(bytes(1_000));
        sender.flush();
        assertThat(unsent.contended()).isFalse();

        fillSocket();
        sender.add(bytes((int) UnsentBudget.CONTENDED_BYTES));
        assertThat(unsent.contended()).isTrue();
        channel.flush();
        sendAll();
        handed();
        assertThat(unsent.contended()).isFalse();

        fillSocket();
        sender.add(bytes((int) UnsentBudget.CONTENDED_BYTES));
        assertThat(unsent.contended()).isTrue();
        sender.close();
        assertThat(unsent.contended()).isFalse();
    }

    @Test
    void smallRepliesThatAreNotTakenCountToo() throws IOException {
        deaf = true;
        sender.add(bytes(30_000));
        sender.flush();
        assertThat(sender.holdsMemory()).isTrue();

        deaf = false;
        channel.flush();
        sender.look(0);
        assertThat(sender.holdsMemory()).isFalse();
        handed();
    }

    /// Each has a buffer of its own, and uses little of it.
    @Test
    void smallRepliesThatAreNotTakenCountAsWhatTheyHold() throws IOException {
        deaf = true;
        for (int i = 0; i < 4; i++) {
            sender.add(bytes(10));
            sender.flush();
        }

        assertThat(sender.holdsMemory()).isTrue();
        deaf = false;
        channel.flush();
        handed();
    }

    @Test
    void whoTakesALittleNowAndThenTakesSomething() throws IOException {
        deaf = true;
        sender.add(bytes(10_000));
        sender.flush();
        sender.add(bytes(10_000));
        sender.flush();
        sender.look(1_000);
        sender.look(6_000);
        assertThat(sender.untakenMs(6_000)).isEqualTo(6_000);

        once = true;
        channel.flush();
        sender.look(7_000);
        assertThat(sender.untakenMs(7_000)).isZero();
        sender.look(8_000);
        assertThat(sender.untakenMs(8_000)).isEqualTo(1_000);
        deaf = false;
        channel.flush();
        handed();
    }

    /// So that it is seen that the peer takes it.
    @Test
    void aLargeReplyIsHandedOverInPieces() throws IOException {
        sender.add(bytes(1 << 20));
        sendAll();

        assertThat(handed()).hasSize(5).startsWith("bytes 262144");
        assertThat(sender.holdsMemory()).isFalse();
    }

    private void sendAll() throws IOException {
        while (!sender.handedOver()) {
            sender.flush();
        }
    }

    private void fillSocket() {
        var _ = channel.write(channel.alloc().buffer().writeZero(1 << 20));
        assertThat(channel.isWritable()).isFalse();
    }

    private static Writer bytes(int count) {
        Writer reply = Writer.heap(100);
        reply.bytes(ByteBuffer.allocate(count), false);
        return reply;
    }

    /// A number, then each of the records and a number.
    private Writer reply(int... recordBytes) throws IOException {
        Writer reply = Writer.heap(100);
        reply.int32(1);
        for (int bytes : recordBytes) {
            reply.records(slice(bytes), false);
            reply.int32(2);
        }
        return reply;
    }

    private LogSlice slice(int bytes) throws IOException {
        RecordBatchBuilder batch = new RecordBatchBuilder(Compression.NONE);
        batch.append(1, null, ByteBuffer.allocate(bytes), List.of());
        long offset = log.endOffset();
        log.append(new RecordBatch(batch.build()), 0);
        LogSlice slice = (LogSlice) log.read(offset, offset + 1, 1, true);
        slices.add(slice);
        return slice;
    }

    private List<String> handed() {
        List<String> handed = new ArrayList<>();
        for (Object piece = channel.readOutbound(); piece != null; piece = channel.readOutbound()) {
            handed.add(
                    switch (piece) {
                        case ByteBuf bytes -> "bytes " + bytes.readableBytes();
                        case SliceRegion region -> "file " + region.count();
                        default -> throw new AssertionError(piece);
                    });
            ReferenceCountUtil.release(piece);
        }
        return handed;
    }
}
