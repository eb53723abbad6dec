package io.octavo.broker.replica;

/// What cannot be decided before records are visible, or never will be ([HighWatermark]).
interface Awaiting {
    /// The end of those records.
    long awaitedEnd();

    /// They are visible, which decides it. Under the partition's lock.
    void visible();

    /// They will not be visible here. Under the partition's lock.
    void giveUp(Rejection reason);

    /// Tells that it is decided, with the lock released.
    void announce();
}
