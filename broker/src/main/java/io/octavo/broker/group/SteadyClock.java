package io.octavo.broker.group;

import io.octavo.ports.Clock;

/// A clock whose wall time does not jump: what the wall clock said at first, and what has passed
/// since by the monotonic clock. So that nothing gets old by a correction of the wall clock (G-5).
final class SteadyClock implements Clock {
    private final Clock clock;
    private final long startMs;
    private final long startNanos;

    SteadyClock(Clock clock) {
        this.clock = clock;
        startMs = clock.wallMs();
        startNanos = clock.nanos();
    }

    @Override
    public long nanos() {
        return clock.nanos();
    }

    @Override
    public long wallMs() {
        return startMs + (clock.nanos() - startNanos) / 1_000_000;
    }
}
