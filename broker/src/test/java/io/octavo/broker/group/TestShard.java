package io.octavo.broker.group;

import io.octavo.broker.shard.ShardRecord;
import io.octavo.broker.shard.Turns;
import io.octavo.broker.shard.Write;
import io.octavo.ports.Loop;
import io.octavo.ports.ManualClock;
import io.octavo.ports.Randomness;
import io.octavo.protocol.api.ErrorCode;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Plays the shard for the tests of groups: turns, timers in virtual time, and a log whose writes
/// are committed when told. It can be stopped and loaded again from what the log has.
final class TestShard {
    /// What members may take of the heap, where it does not matter.
    static final long MUCH_MEMORY = 1L << 40;

    private final ManualClock clock = new ManualClock();
    private final Randomness randomness;
    private final List<ShardRecord> log = new ArrayList<>();
    private Function<String, Object> digest = _ -> "";
    private Consumer<ShardRecord> committed = _ -> {};
    private final ArrayDeque<Flight> flights = new ArrayDeque<>();
    private final TopicStage topics = new TopicStage();
    private GroupConfig config = GroupConfig.defaults();
    private boolean holds;
    private long timersMade;
    private long memoryBytesMax;
    private Serving service;

    TestShard(long seed) {
        this(seed, MUCH_MEMORY);
    }

    /// @param memoryBytesMax what members may take of the heap
    TestShard(long seed, long memoryBytesMax) {
        this.memoryBytesMax = memoryBytesMax;
        randomness = Randomness.seeded(seed);
        service = new Serving();
        service.groups.begin(service);
    }

    /// A write that is on its way.
    ///
    /// @param before what the state of its key was when it was decided
    private record Flight(Serving service, String key, Write write, Object before) {}

    private record Turn(Supplier<Write> operation, Consumer<ErrorCode> refused) {}

    ManualClock clock() {
        return clock;
    }

    Randomness randomness() {
        return randomness;
    }

    /// What the cluster has.
    TopicStage topics() {
        return topics;
    }

    GroupConfig config() {
        return config;
    }

    void configure(GroupConfig config) {
        this.config = config;
    }

    GroupShard groups() {
        return service.groups;
    }

    /// What members may take of the heap from the next load on.
    void limitMemory(long bytesMax) {
        memoryBytesMax = bytesMax;
    }

    /// The keys whose writes are on their way.
    Set<String> heldKeys() {
        return service.waiting.keySet();
    }

    /// What is committed.
    List<ShardRecord> log() {
        return log;
    }

    /// Puts records into the log, whoever wrote them.
    void append(List<ShardRecord> records) {
        log.addAll(records);
    }

    /// Keeps the last record of each key only.
    void compact() {
        Map<ByteBuffer, ShardRecord> last = new LinkedHashMap<>();
        for (ShardRecord record : log) {
            last.remove(record.key());
            last.put(record.key(), record);
        }
        log.clear();
        log.addAll(last.values());
    }

    /// How many timers were ever scheduled.
    long timersMade() {
        return timersMade;
    }

    int timersWaiting() {
        return service.timers.size();
    }

    /// Has every write checked: what is digested of its key's state must not change until it is
    /// committed or refused.
    void watch(Function<String, Object> digest) {
        this.digest = digest;
    }

    /// Has somebody told of each record that is committed.
    void onCommitted(Consumer<ShardRecord> committed) {
        this.committed = committed;
    }

    /// Whether writes wait until [#commit] or [#fail]; else they are committed at once.
    void hold(boolean holds) {
        this.holds = holds;
        while (!holds && commit()) {}
    }

    int held() {
        return flights.size();
    }

    /// Commits the oldest write that is held.
    ///
    /// @return whether there was one
    boolean commit() {
        return decide(null);
    }

    /// Refuses the oldest write that is held.
    ///
    /// @return whether there was one
    boolean fail(ErrorCode error) {
        return decide(error);
    }

    private boolean decide(@Nullable ErrorCode error) {
        Flight flight = flights.poll();
        if (flight == null) {
            return false;
        }
        if (!digest.apply(flight.key).equals(flight.before)) {
            throw new AssertionError(flight.key + " has changed before its write was committed");
        }
        if (error == null) {
            written(flight);
        }
        flight.service.decided(flight, error);
        return true;
    }

    private void written(Flight flight) {
        log.addAll(flight.write.records());
        flight.write.records().forEach(committed);
    }

    /// Asks, as a request does.
    void run(String key, Function<GroupShard, Write> operation, Consumer<ErrorCode> refused) {
        Serving its = service;
        its.run(key, new Turn(() -> operation.apply(its.groups), refused));
    }

    /// Lets time pass, and each timer fire when it is due.
    void advanceMs(long ms) {
        long endMs = clock.millis() + ms;
        while (true) {
            Timer next = service.timers.peek();
            if (next == null || next.atMs > endMs) {
                break;
            }
            clock.advanceMs(Math.max(next.atMs - clock.millis(), 0));
            service.timers.remove(next);
            next.task.run();
        }
        clock.advanceMs(endMs - clock.millis());
    }

    /// Stops the service, and loads it anew from the log.
    ///
    /// @param writesSurvive whether writes that are held are in the log; their askers are refused
    ///   all the same
    void restart(boolean writesSurvive) {
        Serving old = service;
        List<Flight> lost = List.copyOf(flights);
        flights.clear();
        old.end();
        for (Flight flight : lost) {
            if (writesSurvive) {
                written(flight);
            }
            old.decided(flight, ErrorCode.NOT_COORDINATOR);
        }
        service = new Serving();
        log.forEach(service::load);
        service.groups.begin(service);
    }

    /// What a load would make of the log now.
    GroupShard loaded() {
        Serving fresh = new Serving();
        log.forEach(fresh::load);
        return fresh.groups;
    }

    private final class Timer implements Loop.Timer {
        private final Serving service;
        private final long atMs;
        private final long number = timersMade++;
        private final Runnable task;

        Timer(Serving service, long delayMs, Runnable task) {
            this.service = service;
            atMs = clock.millis() + delayMs;
            this.task = task;
        }

        @Override
        public void cancel() {
            service.timers.remove(this);
        }
    }

    /// The shard from one load to the next.
    private final class Serving implements Turns {
        private final GroupShard groups =
                new GroupShard(
                        new GroupContext(
                                () -> config, topics::view, clock, randomness, memoryBytesMax));
        private final Map<String, Queue<Turn>> waiting = new HashMap<>();
        private final PriorityQueue<Timer> timers =
                new PriorityQueue<>(
                        Comparator.<Timer>comparingLong(timer -> timer.atMs)
                                .thenComparingLong(timer -> timer.number));
        private boolean ended;

        void load(ShardRecord record) {
            groups.load(
                    record.key().duplicate(),
                    record.value() == null ? null : record.value().duplicate(),
                    false);
        }

        @Override
        public boolean serves() {
            return !ended;
        }

        @Override
        public void run(String key, Supplier<Write> operation) {
            run(key, new Turn(operation, _ -> {}));
        }

        @Override
        public Loop.Timer schedule(String key, long delayMs, Supplier<Write> operation) {
            Timer timer = new Timer(this, delayMs, () -> run(key, operation));
            timers.add(timer);
            return timer;
        }

        void run(String key, Turn turn) {
            Queue<Turn> before = waiting.get(key);
            if (before == null) {
                take(key, turn);
            } else {
                before.add(turn);
            }
        }

        private void take(String key, Turn turn) {
            if (ended) {
                turn.refused.accept(ErrorCode.NOT_COORDINATOR);
                return;
            }
            Write write = turn.operation.get();
            if (write.records().isEmpty()) {
                write.committed().run();
                settle(key);
                return;
            }
            waiting.put(key, new ArrayDeque<>());
            flights.add(new Flight(this, key, write, digest.apply(key)));
            if (!holds) {
                commit();
            }
        }

        void decided(Flight flight, @Nullable ErrorCode error) {
            if (error != null) {
                flight.write.failed().accept(error);
            } else {
                flight.write.committed().run();
            }
            Queue<Turn> turns = waiting.remove(flight.key);
            settle(flight.key);
            while (turns != null && !turns.isEmpty()) {
                take(flight.key, turns.remove());
                Queue<Turn> next = waiting.get(flight.key);
                if (next != null) {
                    next.addAll(turns);
                    return;
                }
            }
        }

        private void settle(String key) {
            if (!ended && !waiting.containsKey(key)) {
                groups.settled(key);
            }
        }

        void end() {
            ended = true;
            timers.clear();
            List<Queue<Turn>> all = List.copyOf(waiting.values());
            waiting.clear();
            all.forEach(
                    turns -> turns.forEach(turn -> turn.refused.accept(ErrorCode.NOT_COORDINATOR)));
            groups.end();
        }
    }
}
