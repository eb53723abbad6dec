package io.octavo.ports;

/// The two clocks of a node. Durations, timeouts and expiry are measured with the monotonic one
/// only; the wall clock stamps records and is shown to people. It orders nothing.
public interface Clock {
    /// Monotonic nanoseconds from an arbitrary origin; only differences mean anything.
    long nanos();

    /// Milliseconds since 1970-01-01T00:00:00Z. May jump in both directions.
    long wallMs();

    /// Monotonic milliseconds, for deadlines that people configure in milliseconds.
    default long millis() {
        return nanos() / 1_000_000;
    }

    /// The machine's own clocks.
    static Clock system() {
        return SystemClock.INSTANCE;
    }
}
