package io.octavo.log;

import java.util.concurrent.atomic.AtomicLong;

/// The bytes of a data directory that are appended and only in memory. Left to itself the kernel
/// would let them grow to a part of the memory, and then make whoever writes next wait; so writing
/// them to the disk begins early, and when it does not keep up, those who produce are held back at
/// their connections. Safe for any thread.
///
/// ```
///  0         16 MiB              3/4 of the limit   7/8   the limit
///  ├───────────┼──────────────────────┼─────────────┼────────┼────────
///    logs that   large parts            every part is written   nobody may produce
///    have to     are written                                    until it is 7/8
///    are forced
/// ```
///
/// The larger the limit, the larger are the parts of thousands of logs that are appended to in turn
/// when they are written, and the cheaper is that: it costs about the same for 10 and 100 KiB. What
/// is appended above three quarters all belongs to logs that have asked to be written since, so
/// that writing those is enough to go on.
final class Backlog {
    /// From here on also logs that need not be forced are written to the disk, those with much
    /// first.
    private static final long EARLY_BYTES = 16 << 20;

    /// What is much of one log: with less of each, most of the early bytes are in hundreds of logs.
    private static final long LARGE_BYTES = 1 << 20;

    /// What is much of a log that is forced soon anyway, by [ForceRounds] or because somebody
    /// waits. With as little as of the others, 600 busy logs were forced a quarter more often.
    private static final long LARGE_IF_FORCED_BYTES = 4 << 20;

    /// The limit, where it is not known that there is memory for more. A disk of 600 MB/s takes the
    /// rest in a tenth of a second.
    private static final long LIMIT_BYTES_MIN = 64 << 20;

    private final Runnable relieved;
    private volatile long limitBytes = LIMIT_BYTES_MIN;
    private final AtomicLong bytes = new AtomicLong();
    private volatile boolean crowded;

    /// @param relieved told, on any thread, when [#crowded()] has ended
    Backlog(Runnable relieved) {
        this.relieved = relieved;
    }

    /// Sets the limit, which is never less than 64 MiB.
    void limit(long bytes) {
        limitBytes = Math.max(bytes, LIMIT_BYTES_MIN);
    }

    /// How much is not forced.
    long bytes() {
        return bytes.get();
    }

    /// Whether nothing more should be appended for now.
    boolean crowded() {
        return crowded;
    }

    /// Whether a log that has so much in memory is to be written to the disk, although nobody waits
    /// for it.
    ///
    /// @param forcedSoon whether it is forced soon anyway, as with `durability=fsync`
    boolean wants(long ofLogBytes, boolean forcedSoon) {
        long all = bytes.get();
        long large = forcedSoon ? LARGE_IF_FORCED_BYTES : LARGE_BYTES;
        return all >= EARLY_BYTES && (ofLogBytes >= large || all >= limitBytes / 4 * 3);
    }

    void appended(int size) {
        if (bytes.addAndGet(size) >= limitBytes && !crowded) {
            crowded = true;
            relieve();
        }
    }

    void written(long size) {
        bytes.addAndGet(-size);
        if (crowded) {
            relieve();
        }
    }

    private void relieve() {
        if (bytes.get() < limitBytes / 8 * 7) {
            crowded = false;
            relieved.run();
        }
    }
}
