package io.octavo.broker.shard;

import io.octavo.broker.replica.Append;
import io.octavo.broker.replica.Partition;
import io.octavo.broker.replica.TestBroker;
import io.octavo.ports.Clock;
import io.octavo.ports.ManualLoop;
import io.octavo.protocol.record.Compression;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.record.RecordBatchBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/// The shards of a topic over real logs, whose records count when they are forced; at first there
/// is no such topic.
///
/// @param <S> what a shard holds
final class ShardScene<S extends StateMachine> implements AutoCloseable {
    static final String TOPIC = "__state";

    /// A key that no shard understands.
    static final String WRONG = "wrong";

    final TestBroker broker;
    final ManualLoop loop;
    final FailingClock clock;
    final Shards<S> shards;

    ShardScene(Path root, Supplier<S> machines) throws IOException {
        broker = new TestBroker(root, Map.of("durability", "fsync"));
        loop = new ManualLoop(broker.clock());
        clock = new FailingClock(broker.clock());
        shards = new Shards<>(TOPIC, broker.partitions(), loop, broker.worker(), clock, machines);
    }

    Partition partition() {
        return broker.partition(TOPIC, 0);
    }

    /// Puts a record into the log, past the shard.
    void append(String key, String value) {
        RecordBatchBuilder batch = new RecordBatchBuilder(Compression.NONE);
        batch.append(0, bytes(key), bytes(value), List.of());
        RecordBatch built = Objects.requireNonNull(RecordBatch.next(batch.build()));
        partition().append(Append.of(partition(), built, true, _ -> {}));
    }

    static ShardRecord record(String key, String value) {
        return new ShardRecord(bytes(key), bytes(value));
    }

    static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes).toString();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /// What shards stamp their records with: with it every write of theirs can be made to fail.
    static final class FailingClock implements Clock {
        private final Clock clock;
        boolean failing;

        FailingClock(Clock clock) {
            this.clock = clock;
        }

        @Override
        public long nanos() {
            return clock.nanos();
        }

        @Override
        public long wallMs() {
            if (failing) {
                throw new IllegalStateException("a defect");
            }
            return clock.wallMs();
        }
    }

    @Override
    public void close() throws IOException {
        broker.close();
    }
}
