package io.octavo.broker.api;

import io.octavo.broker.replica.Partition;
import io.octavo.broker.replica.Watcher;
import io.octavo.log.Log;
import io.octavo.ports.Loop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Waits until the logs of some partitions are open, or cannot be, or it takes too long. Of some of
/// them also until what they have when they are open is visible: a producer with `acks=1` that had
/// its answer, and asks for the end, is to see what it sent. Used once.
final class LogsOpen implements Watcher {
    /// Usually a log is open at once; a client that is answered with an error tries again.
    static final long USUAL_WAIT_MS = 1_000;

    /// Those that are waited for.
    private final List<Partition> left;

    /// What has to be visible of those of which that is asked for; null until it is known.
    private final Map<Partition, @Nullable Long> ends = new HashMap<>();

    private final Loop loop;
    private final Runnable then;
    private final AtomicBoolean looking = new AtomicBoolean();
    private Loop.@Nullable Timer timer;
    private boolean over;

    private LogsOpen(List<Partition> partitions, Set<Partition> visible, Loop loop, Runnable then) {
        left = new ArrayList<>(partitions);
        this.loop = loop;
        this.then = then;
        visible.forEach(partition -> ends.put(partition, null));
    }

    /// Whether there is nothing to wait for. Begins to open what is not open.
    static boolean all(List<Partition> partitions) {
        return all(partitions, Set.of());
    }

    /// The same, with those of which everything has to be visible.
    static boolean all(List<Partition> partitions, Set<Partition> visible) {
        boolean all = true;
        for (Partition partition : partitions) {
            Log log = partition.log();
            all &=
                    log == null
                            ? !partition.opening()
                            : !visible.contains(partition)
                                    || partition.highWatermark() >= log.endOffset();
        }
        return all;
    }

    /// Runs `then` on the loop once all are open, or the wait is over. Call on the loop.
    static void await(List<Partition> partitions, long waitMs, Loop loop, Runnable then) {
        await(partitions, Set.of(), waitMs, loop, then);
    }

    /// The same, with those of which everything has to be visible.
    static void await(
            List<Partition> partitions,
            Set<Partition> visible,
            long waitMs,
            Loop loop,
            Runnable then) {
        LogsOpen wait = new LogsOpen(partitions, visible, loop, then);
        wait.timer = loop.schedule(waitMs, wait::end);
        wait.look();
    }

    @Override
    public void changed() {
        if (looking.compareAndSet(false, true)) {
            loop.execute(this::look);
        }
    }

    private void look() {
        looking.set(false);
        if (over) {
            return;
        }
        // Before they are asked: a partition tells once.
        left.forEach(partition -> partition.watch(this));
        left.removeIf(partition -> {
            boolean ready = isReady(partition);
            if (ready) {
                partition.unwatch(this);
            }
            return ready;
        });
        if (left.isEmpty()) {
            end();
        }
    }

    private boolean isReady(Partition partition) {
        Log log = partition.log();
        if (log == null || !ends.containsKey(partition)) {
            return log != null || !partition.opening();
        }
        Long end = ends.get(partition);
        if (end == null) {
            end = log.endOffset();
            ends.put(partition, end);
            // It may just have been opened: somebody waits for what it has.
            log.hurry();
        }
        return partition.highWatermark() >= end;
    }

    private void end() {
        if (over) {
            return;
        }
        over = true;
        if (timer != null) {
            timer.cancel();
        }
        for (Partition partition : left) {
            partition.unwatch(this);
        }
        then.run();
    }
}
