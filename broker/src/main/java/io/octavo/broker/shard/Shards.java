package io.octavo.broker.shard;

import io.octavo.broker.replica.HostedTopic;
import io.octavo.broker.replica.Partition;
import io.octavo.broker.replica.PartitionTable;
import io.octavo.ports.Clock;
import io.octavo.ports.Loop;
import io.octavo.protocol.api.ErrorCode;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The shards of an internal topic whose partitions this broker leads: loaded when they are, ended
/// when they are not any more. All of them are on one loop; any thread may ask.
///
/// @param <S> the state machine
public final class Shards<S extends StateMachine> {
    private final String topic;
    private final PartitionTable partitions;
    private final Loop loop;
    private final Executor loader;
    private final Clock clock;
    private final Supplier<S> machines;
    private final Map<Integer, Led<S>> led = new HashMap<>();

    /// @param topic its name; it need not exist yet
    /// @param loader where logs are read
    /// @param machines makes an empty state machine
    public Shards(
            String topic,
            PartitionTable partitions,
            Loop loop,
            Executor loader,
            Clock clock,
            Supplier<S> machines) {
        this.topic = topic;
        this.partitions = partitions;
        this.loop = loop;
        this.loader = loader;
        this.clock = clock;
        this.machines = machines;
    }

    /// The partition that a key belongs to, as Apache Kafka has it.
    public static int partition(String key, int count) {
        int hash = key.hashCode();
        return (hash == Integer.MIN_VALUE ? 0 : Math.abs(hash)) % count;
    }

    /// The cluster has said something: looks which partitions are led now. On any thread, when the
    /// partitions know it.
    public void follow() {
        loop.execute(this::look);
    }

    /// Runs an operation when its key has its turn.
    ///
    /// @param operation on the loop
    /// @param refused on the loop, told why the operation never ran
    public void run(String key, Function<? super S, Write> operation, Consumer<ErrorCode> refused) {
        loop.execute(() -> {
            HostedTopic hosted = partitions.topic(topic);
            int count = hosted == null ? 0 : hosted.count();
            if (count == 0) {
                refused.accept(ErrorCode.COORDINATOR_NOT_AVAILABLE);
                return;
            }
            Led<S> its = led(partition(key, count));
            Shard<S> shard = its == null ? null : its.shard();
            if (its == null) {
                refused.accept(ErrorCode.NOT_COORDINATOR);
            } else if (shard == null) {
                refused.accept(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
            } else {
                shard.run(key, operation, refused);
            }
        });
    }

    /// Looks at all shards, on the loop.
    ///
    /// @param look told each state machine that serves, in no order
    /// @param then told at the end whether others are still being loaded; not those that cannot be
    public void each(Consumer<? super S> look, Consumer<Boolean> then) {
        loop.execute(() -> {
            boolean loading = false;
            for (int index : Map.copyOf(led).keySet()) {
                Led<S> its = led(index);
                Shard<S> shard = its == null ? null : its.shard();
                if (shard != null) {
                    look.accept(shard.machine());
                }
                loading |= its != null && its.isComing();
            }
            then.accept(loading);
        });
    }

    /// Ends all shards; no request is served any more.
    public void stop() {
        loop.execute(() -> Map.copyOf(led).keySet().forEach(this::end));
    }

    private void look() {
        HostedTopic hosted = partitions.topic(topic);
        int count = hosted == null ? 0 : hosted.count();
        for (int index : Map.copyOf(led).keySet()) {
            led(index);
        }
        for (int index = 0; hosted != null && index < count; index++) {
            Partition partition = hosted.partition(index);
            if (partition != null && !led.containsKey(index)) {
                begin(index, partition);
            }
        }
    }

    private void begin(int index, Partition partition) {
        int epoch = partition.leaderEpoch();
        if (partition.admits(epoch) == ErrorCode.NONE) {
            Led<S> its = new Led<>(partition, epoch, loop, loader, clock, machines);
            led.put(index, its);
            its.begin();
        }
    }

    /// A partition that is led in the epoch in which it was, or null.
    private @Nullable Led<S> led(int index) {
        Led<S> its = led.get(index);
        if (its != null && !its.serves()) {
            end(index);
            return null;
        }
        return its;
    }

    private void end(int index) {
        Led<S> its = led.remove(index);
        if (its != null) {
            its.end();
        }
    }
}
