package io.octavo.log;

/// What a log is told about itself; may change while it is open. Defaults are Apache Kafka's,
/// except for how many producers are remembered, where Kafka knows no bound, and for [#fsync],
/// where Kafka forces nothing.
///
/// @param fsync whether a record counts only when it is forced (`durability=fsync`), rather than
///   once it is written (`durability=os`)
public record LogConfig(
        Segments segments,
        Producers producers,
        boolean fsync,
        Retention retention,
        Compaction compaction) {
    /// A producer takes some 220 bytes, so that a log's take at most 4.4 MB; where many logs know
    /// many, a log may remember fewer ([ProducersInMemory]).
    private static final int PRODUCERS_MAX = 20_000;

    /// Kafka's default distance between index entries.
    static final int INDEX_INTERVAL_BYTES = 4096;

    private static final long DAY_MS = 86_400_000;

    /// When a segment is full.
    ///
    /// @param bytesMax a segment is rolled before it would grow beyond this; one batch may be
    ///   larger
    /// @param msMax a segment is rolled by the first append that finds its first record older than
    ///   this
    /// @param indexIntervalBytes how many bytes of batches lie between two index entries, at least
    /// @param indexBytesMax a segment is rolled when one of its indexes would be larger than this
    public record Segments(int bytesMax, long msMax, int indexIntervalBytes, int indexBytesMax) {
        /// The least size of a segment at which it is rolled.
        public static final int BYTES_MIN = 1024;

        /// The least size of an index at which a segment is rolled.
        public static final int INDEX_BYTES_MIN = 2 * TimeIndex.ENTRY_BYTES;

        public Segments {
            if (bytesMax < BYTES_MIN) {
                throw new IllegalArgumentException(
                        "segments of " + bytesMax + " bytes, at least " + BYTES_MIN);
            }
            if (indexIntervalBytes < 0) {
                throw new IllegalArgumentException("indexIntervalBytes " + indexIntervalBytes);
            }
            if (indexBytesMax < INDEX_BYTES_MIN) {
                throw new IllegalArgumentException(
                        "indexBytesMax is " + indexBytesMax + ", at least " + INDEX_BYTES_MIN);
            }
        }
    }

    /// Which producers are remembered.
    ///
    /// @param max how many; beyond it the one idle for longest, without an open transaction, is
    ///   forgotten
    /// @param expiryMs how long one that appends nothing is remembered
    public record Producers(int max, long expiryMs) {
        public Producers {
            if (max < 1) {
                throw new IllegalArgumentException(max + " producers");
            }
        }
    }

    /// Which old segments go (`cleanup.policy` has `delete`).
    ///
    /// @param msMax a segment goes when its latest record is older than this; -1 keeps all
    /// @param bytesMax the oldest segments go while the log is larger than this without them; -1
    ///   keeps all
    public record Retention(long msMax, long bytesMax) {
        /// Nothing goes because it is old.
        public static final Retention ALL = new Retention(-1, -1);
    }

    /// How only the last record of each key is kept (`cleanup.policy` has `compact`).
    ///
    /// @param enabled false where all records are kept
    /// @param dirtyRatioMin the part of the log that must be uncompacted before it is worth a pass
    /// @param lagMsMin younger records are left alone
    /// @param lagMsMax a record older than this is compacted however little is gained
    /// @param deleteRetentionMs how long a tombstone is kept after it was compacted first
    public record Compaction(
            boolean enabled,
            double dirtyRatioMin,
            long lagMsMin,
            long lagMsMax,
            long deleteRetentionMs) {
        /// Every record is kept.
        public static final Compaction NONE = new Compaction(false, 0.5, 0, Long.MAX_VALUE, DAY_MS);
    }

    /// Segments of 1 GiB or seven days, an index entry every 4 KiB, a day of memory for idle
    /// producers, of whom there are at most 20 000; forced; everything is kept.
    public static LogConfig defaults() {
        return new LogConfig(
                new Segments(1 << 30, 7 * DAY_MS, INDEX_INTERVAL_BYTES, 10 << 20),
                new Producers(PRODUCERS_MAX, DAY_MS),
                true,
                Retention.ALL,
                Compaction.NONE);
    }

    public LogConfig with(Segments next) {
        return new LogConfig(next, producers, fsync, retention, compaction);
    }

    public LogConfig with(Producers next) {
        return new LogConfig(segments, next, fsync, retention, compaction);
    }

    public LogConfig with(Retention next) {
        return new LogConfig(segments, producers, fsync, next, compaction);
    }

    public LogConfig with(Compaction next) {
        return new LogConfig(segments, producers, fsync, retention, next);
    }

    public LogConfig withFsync(boolean next) {
        return new LogConfig(segments, producers, next, retention, compaction);
    }

    public LogConfig withSegmentBytesMax(int bytes) {
        return with(
                new Segments(
                        bytes,
                        segments.msMax,
                        segments.indexIntervalBytes,
                        segments.indexBytesMax));
    }

    public LogConfig withSegmentMsMax(long ms) {
        return with(
                new Segments(
                        segments.bytesMax,
                        ms,
                        segments.indexIntervalBytes,
                        segments.indexBytesMax));
    }

    public LogConfig withIndexIntervalBytes(int bytes) {
        return with(new Segments(segments.bytesMax, segments.msMax, bytes, segments.indexBytesMax));
    }

    public LogConfig withIndexBytesMax(int bytes) {
        return with(
                new Segments(
                        segments.bytesMax, segments.msMax, segments.indexIntervalBytes, bytes));
    }

    public LogConfig withProducersMax(int max) {
        return with(new Producers(max, producers.expiryMs));
    }

    public LogConfig withProducerExpiryMs(long ms) {
        return with(new Producers(producers.max, ms));
    }
}
