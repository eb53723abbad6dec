package io.octavo.client;

/// When the broker answers a write.
public enum Acks {
    /// Never: the fastest, and a lost record is not noticed.
    NONE((short) 0),
    /// When the leader has it.
    LEADER((short) 1),
    /// When every in-sync replica has it on disk.
    ALL((short) -1);

    private final short number;

    Acks(short number) {
        this.number = number;
    }

    short number() {
        return number;
    }
}
