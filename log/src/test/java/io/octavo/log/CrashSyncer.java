package io.octavo.log;

import io.octavo.ports.ManualClock;
import io.octavo.ports.ManualLoop;
import io.octavo.ports.Randomness;
import java.util.List;

/// The threads of a data directory's syncer in a [CrashWorkload], run in turn. Before a force, by
/// chance, another does what it has to: that is beside it, as far as can be told from the disk.
final class CrashSyncer implements LogOwner {
    private final Randomness random;
    private final List<ManualLoop> threads;

    CrashSyncer(DataDirectory directory, ManualClock clock, Randomness random) {
        this.random = random;
        threads = List.of(new ManualLoop(clock), new ManualLoop(clock));
        directory.start(threads, new DataDirectory.Watch() {});
    }

    /// Forces what is due, and makes the room that is wanted.
    void run(SimulatedDisk disk) {
        disk.watchBefore(call -> {
            if (call.kind() == SimulatedDisk.Kind.FORCE && random.nextInt(3) == 0) {
                runIdle();
            }
        });
        int first = random.nextInt(threads.size());
        threads.get(first).run();
        threads.get(1 - first).run();
        disk.watchBefore(_ -> {});
    }

    @Override
    public void forced() {}

    /// Now and then somebody else has the log.
    @Override
    public boolean exclusively(Runnable work) {
        boolean free = random.nextInt(5) > 0;
        if (free) {
            work.run();
        }
        return free;
    }

    private void runIdle() {
        for (ManualLoop thread : threads) {
            if (!thread.inLoop()) {
                thread.run();
            }
        }
    }
}
