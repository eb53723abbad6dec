package io.octavo.log;

import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a data directory must be after a crash.
final class ExpectedDirectory {
    Phase phase = Phase.STARTING;

    /// Null until the first run has begun.
    @Nullable Uuid id;

    /// By name, without those that are deleted or are being deleted.
    final Map<String, ExpectedLog> logs = new TreeMap<>();

    /// Names whose logs were deleted, and not made again since.
    final List<String> deleted = new ArrayList<>();

    enum Phase {
        STARTING,
        RUNNING,
        STOPPING,
        STOPPED
    }

    /// Of all that says what may be there.
    long fingerprint() {
        long h = phase.name().hashCode() + 31L * deleted.size();
        for (ExpectedLog log : logs.values()) {
            h = DiskImage.mixed(h ^ log.fingerprint() ^ log.topicId.least());
        }
        return h;
    }
}
