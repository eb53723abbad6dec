package io.octavo.bench.paper;

import io.octavo.bench.measure.Run;
import org.jspecify.annotations.Nullable;

/// What came of one way's run.
///
/// @param messages how many were sent and received
/// @param diskBytes by how much the broker's directory grew when they were sent
/// @param foreignCores what other processes used meanwhile
/// @param build of which source Octavo was built, and when this was measured; null where that was
///   not noted
record Round(
        Way way,
        long messages,
        Part produced,
        Part consumed,
        long diskBytes,
        double foreignCores,
        @Nullable String build) {
    boolean disturbed() {
        return foreignCores > Run.DISTURBED_CORES;
    }

    double producedPerSecond() {
        return produced.perSecond(messages);
    }

    double consumedPerSecond() {
        return consumed.perSecond(messages);
    }

    double producedCpuMicros() {
        return produced.cpuSeconds() * 1e6 / messages;
    }

    double consumedCpuMicros() {
        return consumed.cpuSeconds() * 1e6 / messages;
    }

    double diskBytesPerMessage() {
        return (double) diskBytes / messages;
    }

    /// What is stored of a message beside its bytes.
    double overheadBytes() {
        return diskBytesPerMessage() - Trial.MESSAGE_BYTES;
    }
}
