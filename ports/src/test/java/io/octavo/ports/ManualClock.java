package io.octavo.ports;

/// A clock that moves only when told.
public final class ManualClock implements Clock {
    private long nanos = 1_000_000_000L;
    private long wallMs = 1_700_000_000_000L;

    @Override
    public synchronized long nanos() {
        return nanos;
    }

    @Override
    public synchronized long wallMs() {
        return wallMs;
    }

    /// Lets both clocks advance.
    public synchronized void advanceMs(long ms) {
        nanos += ms * 1_000_000;
        wallMs += ms;
    }

    /// Makes the wall clock jump; the monotonic one is not touched.
    public synchronized void jumpWallMs(long ms) {
        wallMs += ms;
    }
}
