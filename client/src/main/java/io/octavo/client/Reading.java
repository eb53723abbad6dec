package io.octavo.client;

import io.octavo.ports.Deadline;
import org.jspecify.annotations.Nullable;

/// Where a consumer is in one partition. Guarded by the lock of its [Readings].
final class Reading {
    final TopicPartition partition;

    /// The next offset, once `sought` is found.
    long offset = -1;

    /// A place whose offset is not known yet.
    @Nullable Position sought;

    /// Whether a question is on its way that the place or the records depend on.
    boolean asking;

    /// What was fetched and not returned yet.
    @Nullable RecordsDecoder decoder;

    /// Where readers' records ended by the last answer, -1 before it.
    long knownEnd = -1;

    /// Before that, nothing is asked.
    @Nullable Deadline pausedUntil;

    /// When failing becomes the application's business.
    @Nullable Deadline patience;

    /// Why it is not read, until another place is sought.
    @Nullable ClientException stopped;

    /// Whether the application was told so.
    boolean told;

    Reading(TopicPartition partition) {
        this.partition = partition;
    }
}
