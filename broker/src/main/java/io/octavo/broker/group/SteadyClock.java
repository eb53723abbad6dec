package io.octavo.broker.group;

import io.octavo.ports.Clock;

/// A clock for stamps and for what ages by them, so that nothing gets old by a correction of the
/// wall clock (G-5). It has two times: what the wall clock says, and what it said at first with
/// what has passed since by the monotonic clock. Stamps are of the later, ages are counted to the
/// earlier; the wall clock may be wrong at first, or become so.
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

    /// For stamps.
    @Override
    public long wallMs() {
        return Math.max(steadyMs(), clock.wallMs());
    }

    /// For ages: what was stamped before is not older than by this.
    long ageingMs() {
        return Math.min(steadyMs(), clock.wallMs());
    }

    private long steadyMs() {
        return startMs + (clock.nanos() - startNanos) / 1_000_000;
    }
}
