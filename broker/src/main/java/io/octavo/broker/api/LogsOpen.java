package io.octavo.broker.api;

import io.octavo.broker.replica.Partition;
import io.octavo.broker.replica.Watcher;
import io.octavo.ports.Loop;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Waits until the logs of some partitions are open, or cannot be, or it takes too long. Used once.
final class LogsOpen implements Watcher {
    /// Usually a log is open at once; a client that is answered with an error tries again.
    static final long USUAL_WAIT_MS = 1_000;

    private final List<Partition> partitions;
    private final Loop loop;
    private final Runnable then;
    private final AtomicBoolean looking = new AtomicBoolean();
    private Loop.@Nullable Timer timer;
    private boolean over;

    private LogsOpen(List<Partition> partitions, Loop loop, Runnable then) {
        this.partitions = partitions;
        this.loop = loop;
        this.then = then;
    }

    /// Whether there is nothing to wait for. Begins to open what is not open.
    static boolean all(List<Partition> partitions) {
        boolean all = true;
        for (Partition partition : partitions) {
            all &= partition.log() != null || !partition.opening();
        }
        return all;
    }

    /// Runs `then` on the loop once all are open, or the wait is over. Call on the loop.
    static void await(List<Partition> partitions, long waitMs, Loop loop, Runnable then) {
        LogsOpen wait = new LogsOpen(partitions, loop, then);
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
        for (Partition partition : partitions) {
            partition.watch(this);
        }
        if (all(partitions)) {
            end();
        }
    }

    private void end() {
        if (over) {
            return;
        }
        over = true;
        if (timer != null) {
            timer.cancel();
        }
        for (Partition partition : partitions) {
            partition.unwatch(this);
        }
        then.run();
    }
}
