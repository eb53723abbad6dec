package io.octavo.broker.net;

/// The file descriptors of a process.
interface Descriptors {
    /// How many it may have open.
    int limit();

    /// How many it has open. Takes longer the more there are.
    int open();
}
