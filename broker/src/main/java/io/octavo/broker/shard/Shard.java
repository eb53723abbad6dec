package io.octavo.broker.shard;

import io.octavo.broker.replica.Append;
import io.octavo.broker.replica.Partition;
import io.octavo.broker.replica.Rejection;
import io.octavo.ports.Clock;
import io.octavo.ports.Loop;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.record.Compression;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.record.RecordBatchBuilder;
import io.octavo.protocol.wire.Escaped;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One partition's state machine, while its partition is led here in one epoch. On the shard's
/// loop.
///
/// @param <S> the state machine
final class Shard<S extends StateMachine> implements Turns {
    private static final Logger LOGGER = LoggerFactory.getLogger(Shard.class);

    private final Partition partition;
    private final int epoch;
    private final S machine;
    private final Loop loop;
    private final Clock clock;

    /// Operations that wait for their key's write, which is on its way.
    private final Map<String, Queue<Turn>> waiting = new HashMap<>();

    private final Set<Loop.Timer> timers = new HashSet<>();
    private volatile boolean ended;

    /// @param machine loaded
    Shard(Partition partition, int epoch, S machine, Loop loop, Clock clock) {
        this.partition = partition;
        this.epoch = epoch;
        this.machine = machine;
        this.loop = loop;
        this.clock = clock;
    }

    S machine() {
        return machine;
    }

    /// Whether the partition is still led in the epoch of the load.
    @Override
    public boolean serves() {
        return !ended && partition.admits(epoch) == ErrorCode.NONE;
    }

    /// @param refused told when it never gets a turn
    void run(String key, Function<? super S, Write> operation, Consumer<ErrorCode> refused) {
        Turn turn = new Turn(() -> operation.apply(machine), refused);
        Queue<Turn> before = waiting.get(key);
        if (before == null) {
            take(key, turn);
        } else {
            before.add(turn);
        }
    }

    @Override
    public void run(String key, Supplier<Write> operation) {
        run(key, _ -> operation.get(), _ -> {});
    }

    @Override
    public Loop.Timer schedule(String key, long delayMs, Supplier<Write> operation) {
        Timer timer = new Timer();
        timer.start(delayMs, () -> run(key, operation));
        return timer;
    }

    void end() {
        ended = true;
        List.copyOf(timers).forEach(Loop.Timer::cancel);
        List<Queue<Turn>> all = List.copyOf(waiting.values());
        waiting.clear();
        all.forEach(turns -> turns.forEach(turn -> turn.refused.accept(ErrorCode.NOT_COORDINATOR)));
        machine.end();
    }

    /// What is to be done when a key has its turn.
    private record Turn(Supplier<Write> operation, Consumer<ErrorCode> refused) {}

    private void take(String key, Turn turn) {
        if (!serves()) {
            turn.refused.accept(ErrorCode.NOT_COORDINATOR);
            return;
        }
        Write write;
        try {
            write = turn.operation.get();
        } catch (RuntimeException defect) {
            LOGGER.error("an operation on {} failed", Escaped.of(key), defect);
            turn.refused.accept(ErrorCode.UNKNOWN_SERVER_ERROR);
            return;
        }
        if (write.records().isEmpty()) {
            write.committed().run();
        } else {
            waiting.put(key, new ArrayDeque<>());
            append(key, write);
        }
    }

    private void append(String key, Write write) {
        RecordBatchBuilder batch = new RecordBatchBuilder(Compression.NONE);
        long now = clock.wallMs();
        for (ShardRecord record : write.records()) {
            batch.append(now, record.key(), record.value(), List.of());
        }
        partition.append(
                Append.inEpoch(
                        partition,
                        Objects.requireNonNull(RecordBatch.next(batch.build())),
                        epoch,
                        append -> loop.execute(() -> decided(key, write, append.rejection()))));
    }

    private void decided(String key, Write write, @Nullable Rejection rejection) {
        try {
            if (rejection != null) {
                LOGGER.warn("{} of {} not written: {}", partition, Escaped.of(key), rejection);
                write.failed().accept(error(rejection.error()));
            } else if (serves()) {
                write.committed().run();
            } else {
                write.failed().accept(ErrorCode.NOT_COORDINATOR);
            }
        } catch (RuntimeException defect) {
            LOGGER.error("the end of a write of {} failed", Escaped.of(key), defect);
        }
        Queue<Turn> turns = waiting.remove(key);
        while (turns != null && !turns.isEmpty()) {
            take(key, turns.remove());
            Queue<Turn> next = waiting.get(key);
            if (next != null) {
                next.addAll(turns);
                return;
            }
        }
    }

    /// What a client is told whose coordinator could not write.
    private static ErrorCode error(ErrorCode append) {
        return switch (append) {
            case UNKNOWN_TOPIC_OR_PARTITION, NOT_ENOUGH_REPLICAS, REQUEST_TIMED_OUT ->
                    ErrorCode.COORDINATOR_NOT_AVAILABLE;
            case NOT_LEADER_OR_FOLLOWER, KAFKA_STORAGE_ERROR -> ErrorCode.NOT_COORDINATOR;
            default -> ErrorCode.UNKNOWN_SERVER_ERROR;
        };
    }

    private final class Timer implements Loop.Timer {
        private Loop.@Nullable Timer timer;

        void start(long delayMs, Runnable task) {
            timers.add(this);
            timer =
                    loop.schedule(
                            delayMs,
                            () -> {
                                if (timers.remove(this)) {
                                    task.run();
                                }
                            });
        }

        @Override
        public void cancel() {
            if (timers.remove(this) && timer != null) {
                timer.cancel();
            }
        }
    }
}
