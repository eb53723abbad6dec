package io.octavo.bench.measure;

import io.octavo.ports.Clock;
import java.io.IOException;

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

    /// The cores that others kept busy since the watch began: 0.5 is half of one core. It may be
    /// below zero: the kernel samples what the machine does at its ticks, and measures what a
    /// process does, so that one which often sleeps has more by its own account.
    public double cores() throws IOException {
        double elapsed = (clock.nanos() - startNanos) / 1e9;
        return elapsed <= 0 ? 0 : (foreignSeconds() - startSeconds) / elapsed;
    }

    private double foreignSeconds() throws IOException {
        MachineTime machine = MachineTime.now();
        return machine.userSeconds()
                + machine.stolenSeconds()
                - ProcessUse.ownAndChildrenUserSeconds()
                - ProcessUse.of(brokerPid).userSeconds();
    }
}
