package io.octavo.broker.group;

import io.octavo.protocol.wire.Uuid;

/// How far a group has come in a partition, as it was committed.
///
/// @param offset of the next record to consume
/// @param leaderEpoch of the last record consumed, or [#UNKNOWN]
/// @param metadata whatever the client wanted kept
/// @param commitMs when it was committed, by the wall clock
/// @param expiryMs when it ends, by the wall clock, because its client said so; [#UNKNOWN] where it
///   ages with its group
/// @param topicId [Uuid#ZERO] where it is not known
record CommittedOffset(
        long offset, int leaderEpoch, String metadata, long commitMs, long expiryMs, Uuid topicId) {
    /// What is not known, or was not said.
    static final int UNKNOWN = -1;

    boolean expires() {
        return expiryMs != UNKNOWN;
    }

    /// Whether it is about this topic, as far as both ids are known.
    boolean isOf(Uuid topic) {
        return topicId.equals(topic) || topicId.equals(Uuid.ZERO) || topic.equals(Uuid.ZERO);
    }
}
