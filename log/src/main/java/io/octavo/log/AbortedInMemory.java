package io.octavo.log;

import java.util.Collection;

/// How much memory the aborted transactions of all logs of a directory may take: each log keeps its
/// last ones there, and logs are many.
final class AbortedInMemory {
    /// Eight megabytes.
    static final int ENTRIES_MAX = 128 << 10;

    private AbortedInMemory() {}

    /// Where there are more, leaves all of them to the files. What is aborted while this runs stays
    /// until the next time. Blocks; one thread at a time.
    static void bound(Collection<Log> logs, Failures failures) {
        long inMemory = 0;
        for (Log log : logs) {
            inMemory += log.aborted().inMemory();
        }
        if (inMemory <= ENTRIES_MAX) {
            return;
        }
        for (Log log : logs) {
            if (log.aborted().inMemory() > 0) {
                var _ = failures.collectDefects(log.upkeep()::shedAborted);
            }
        }
    }
}
