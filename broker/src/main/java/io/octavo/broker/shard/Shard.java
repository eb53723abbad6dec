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

    /// The last key of which more was to be written than a batch takes.
    private @Nullable String saidTooLarge;

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
        Map<String, Queue<Turn>> all = Map.copyOf(waiting);
        waiting.clear();
        all.forEach((key, turns) ->
                turns.forEach(turn ->
                        attempt(key, () -> turn.refused.accept(ErrorCode.NOT_COORDINATOR))));
        attempt("the shard", machine::end);
    }

    /// What is to be done when a key has its turn.
    private record Turn(Supplier<Write> operation, Consumer<ErrorCode> refused) {}

    private void take(String key, Turn turn) {
        if (!serves()) {
            attempt(key, () -> turn.refused.accept(ErrorCode.NOT_COORDINATOR));
            return;
        }
        Write write;
        try {
            write = turn.operation.get();
        } catch (RuntimeException defect) {
            LOGGER.error("an operation on {} failed", Escaped.of(key), defect);
            attempt(key, () -> turn.refused.accept(ErrorCode.UNKNOWN_SERVER_ERROR));
            settle(key);
            return;
        }
        if (write.records().isEmpty()) {
            attempt(key, write.committed());
            settle(key);
        } else {
            waiting.put(key, new ArrayDeque<>());
            append(key, write);
        }
    }

    /// Does the last part of a turn. A defect in it costs that turn: others wait behind it.
    private static void attempt(String key, Runnable end) {
        try {
            end.run();
        } catch (RuntimeException defect) {
            LOGGER.error("the end of an operation on {} failed", Escaped.of(key), defect);
        }
    }

    /// What a turn has begun within itself may be on its way: then its end settles the key.
    private void settle(String key) {
        if (!ended && !waiting.containsKey(key)) {
            attempt(key, () -> machine.settled(key));
        }
    }

    private void append(String key, Write write) {
        Runnable failed = () -> write.failed().accept(ErrorCode.UNKNOWN_SERVER_ERROR);
        if (isTooLarge(key, write)) {
            decided(key, failed);
            return;
        }
        try {
            partition.append(
                    Append.inEpoch(
                            partition,
                            batch(write),
                            epoch,
                            append ->
                                    loop.execute(() ->
                                            decided(
                                                    key,
                                                    () -> end(key, write, append.rejection())))));
        } catch (RuntimeException defect) {
            LOGGER.error("a write of {} failed", Escaped.of(key), defect);
            decided(key, failed);
        }
    }

    private RecordBatch batch(Write write) {
        RecordBatchBuilder batch = new RecordBatchBuilder(Compression.NONE);
        long now = clock.wallMs();
        for (ShardRecord record : write.records()) {
            batch.append(now, record.key(), record.value(), List.of());
        }
        return Objects.requireNonNull(RecordBatch.next(batch.build()));
    }

    /// Found out before the batch is built. Said once of a key, that is asked again and again. What
    /// becomes of it is that the client is told what Apache Kafka tells it, and does not go on as
    /// if it had only to wait.
    private boolean isTooLarge(String key, Write write) {
        if (!write.isTooLarge()) {
            return false;
        }
        if (!key.equals(saidTooLarge)) {
            saidTooLarge = key;
            LOGGER.error(
                    "{}: {} records of {} take {} bytes, more than the {} of a batch, and are"
                            + " refused: give it fewer members, or have them say and assign less"
                            + " (fewer topics, less user data)",
                    partition,
                    write.records().size(),
                    Escaped.of(key),
                    write.bytesMax(),
                    Write.BATCH_BYTES_MAX);
        }
        return true;
    }

    private void end(String key, Write write, @Nullable Rejection rejection) {
        if (rejection != null) {
            LOGGER.warn("{} of {} not written: {}", partition, Escaped.of(key), rejection);
            write.failed().accept(error(rejection.error()));
        } else if (serves()) {
            write.committed().run();
        } else {
            write.failed().accept(ErrorCode.NOT_COORDINATOR);
        }
    }

    /// A write is not on its way any more: who waited for that has its turn.
    private void decided(String key, Runnable end) {
        attempt(key, end);
        Queue<Turn> turns = waiting.remove(key);
        settle(key);
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
