package io.octavo.bench.measure;

import io.octavo.ports.Clock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What else used the machine during a run: user-mode CPU of every process that is neither the
/// broker nor the bench nor a client it started, and time the hypervisor took away. Kernel time is
/// left out, because interrupts and writeback are the run's own.
public final class Neighbours {
    private final Clock clock;
    private final long brokerPid;
    private final long startNanos;
    private final double startSeconds;

    private Neighbours(Clock clock, long brokerPid) throws IOException {
        this.clock = clock;
        this.brokerPid = brokerPid;
        this.startNanos = clock.nanos();
        this.startSeconds = foreignSeconds();
    }

    /// Begins to watch. A client that is to count as the bench's own must have ended when [#cores]
    /// is asked.
    public static Neighbours watch(Clock clock, long brokerPid) throws IOException {
        return new Neighbours(clock, brokerPid);
    }

    /// The cores that others kept busy since the watch began: 0.5 is half of one core.
    public double cores() throws IOException {
        double elapsed = (clock.nanos() - startNanos) / 1e9;
        return elapsed <= 0 ? 0 : Math.max(0, (foreignSeconds() - startSeconds) / elapsed);
    }

    private double foreignSeconds() throws IOException {
        return machineUserAndStealSeconds()
                - ProcessUse.ownAndChildrenUserSeconds()
                - ProcessUse.of(brokerPid).userSeconds();
    }

    /// The first line of `/proc/stat`: `cpu user nice system idle iowait irq softirq steal ...`.
    private static double machineUserAndStealSeconds() throws IOException {
        String[] fields = Files.readAllLines(Path.of("/proc/stat")).getFirst().split(" +", -1);
        long ticks =
                Long.parseLong(fields[1]) + Long.parseLong(fields[2]) + Long.parseLong(fields[8]);
        return ticks / ProcessUse.TICKS_PER_SECOND;
    }
}
