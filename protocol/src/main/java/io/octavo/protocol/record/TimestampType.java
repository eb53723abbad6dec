package io.octavo.protocol.record;

/// Whose clock a batch's timestamps come from; bit 3 of its attributes.
public enum TimestampType {
    /// The producer's; each record has its own.
    CREATE_TIME,
    /// The broker's at the append; every record of the batch has the batch's maximum.
    LOG_APPEND_TIME
}
