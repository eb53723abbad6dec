package io.octavo.client;

/// What a reader sees of transactions.
public enum Isolation {
    /// Every record below the high watermark.
    READ_UNCOMMITTED((byte) 0),
    /// No record of an aborted transaction, and none of an open one or behind it.
    READ_COMMITTED((byte) 1);

    private final byte number;

    Isolation(byte number) {
        this.number = number;
    }

    byte number() {
        return number;
    }
}
