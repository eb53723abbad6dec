package io.octavo.broker.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.replica.Append;
import io.octavo.broker.replica.Batches;
import io.octavo.broker.replica.Partition;
import io.octavo.broker.replica.TestBroker;
import io.octavo.log.LogSlice;
import io.octavo.ports.Randomness;
import io.octavo.ports.SystemLoop;
import io.octavo.protocol.message.FetchRequest;
import io.octavo.protocol.message.FetchRequest.FetchPartition;
import io.octavo.protocol.message.FetchRequest.FetchTopic;
import io.octavo.protocol.message.FetchResponse;
import io.octavo.protocol.message.FetchResponse.FetchableTopicResponse;
import io.octavo.protocol.message.FetchResponse.PartitionData;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Real threads: each append comes while the readers that it has to wake are being parked, for ever
/// if it does not.
class FetchWakeupTest {
    private static final int PARTITIONS = 3;
    private static final int APPENDS = 4_000;
    private static final int JITTER_SPINS = 1_000;
    private static final int FOR_EVER_MS = Integer.MAX_VALUE;

    @TempDir Path root;

    @Test
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    void noAppendIsEverMissed() throws IOException {
        try (TestBroker broker = new TestBroker(root);
                SystemLoop withSession = new SystemLoop("reader-1", FetchWakeupTest::fail);
                SystemLoop without = new SystemLoop("reader-2", FetchWakeupTest::fail)) {
            broker.create("t", PARTITIONS);
            FetchHandler handler =
                    new FetchHandler(
                            broker.partitions(),
                            broker::view,
                            broker.config(),
                            new DiskReaders(List.of(withSession)),
                            broker.clock(),
                            Randomness.seeded(1));
            List<Reader> readers =
                    List.of(
                            new Reader(handler, withSession, true),
                            new Reader(handler, without, false));
            readers.forEach(Reader::start);
            Randomness jitter = Randomness.seeded(2);

            for (int i = 0; i < APPENDS; i++) {
                Partition partition = broker.partition("t", i % PARTITIONS);
                RecordBatch batch = new RecordBatch(Batches.of("x"));
                spin(jitter.nextInt(JITTER_SPINS));
                partition.append(Append.of(partition, batch, false, _ -> {}));
                for (Reader reader : readers) {
                    while (reader.progress < i + 1) {
                        Thread.onSpinWait();
                    }
                }
            }
        }
    }

    private static void spin(int times) {
        for (int i = 0; i < times; i++) {
            Thread.onSpinWait();
        }
    }

    private static void fail(Throwable cause) {
        throw new AssertionError(cause);
    }

    /// Fetches one request after the other, and says how much it has read so far.
    private static final class Reader {
        private final FetchHandler handler;
        private final SystemLoop loop;
        private final boolean inSession;
        private final long[] offsets = new long[PARTITIONS];
        private volatile long progress;
        private int sessionId;
        private int epoch;

        Reader(FetchHandler handler, SystemLoop loop, boolean inSession) {
            this.handler = handler;
            this.loop = loop;
            this.inSession = inSession;
            epoch = inSession ? 0 : -1;
        }

        void start() {
            loop.execute(this::fetch);
        }

        private void fetch() {
            List<FetchPartition> wanted = new ArrayList<>();
            for (int i = 0; i < PARTITIONS; i++) {
                wanted.add(
                        FetchPartition.defaults()
                                .withPartition(i)
                                .withFetchOffset(offsets[i])
                                .withPartitionMaxBytes(10_000));
            }
            FetchRequest request =
                    FetchRequest.defaults()
                            .withMaxWaitMs(FOR_EVER_MS)
                            .withMinBytes(1)
                            .withSessionId(sessionId)
                            .withSessionEpoch(epoch)
                            .withTopics(List.of(new FetchTopic("t", Uuid.ZERO, wanted)));
            switch (handler.handle(request, new FakeRequestContext(12, loop))) {
                case Later<FetchResponse> later -> later.onSettled(this::take);
                case Reply.Settled<FetchResponse> settled -> take(settled);
            }
        }

        private void take(Reply.Settled<FetchResponse> reply) {
            FetchResponse response = Replies.now(reply);
            if (inSession) {
                sessionId = response.sessionId();
                epoch++;
            }
            for (FetchableTopicResponse topic : response.responses()) {
                topic.partitions().forEach(this::take);
            }
            long read = 0;
            for (long offset : offsets) {
                read += offset;
            }
            progress = read;
            if (read < APPENDS) {
                loop.execute(this::fetch);
            }
        }

        private void take(PartitionData data) {
            if (!(data.records() instanceof LogSlice slice)) {
                return;
            }
            try {
                var bytes = slice.toBytes();
                RecordBatch batch = RecordBatch.next(bytes);
                while (batch != null) {
                    assertThat(batch.baseOffset()).isEqualTo(offsets[data.partitionIndex()]);
                    offsets[data.partitionIndex()] = batch.nextOffset();
                    batch = RecordBatch.next(bytes);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                slice.release();
            }
        }
    }
}
