package io.octavo.log;

/// What a log is told about itself; may change while it is open. Defaults are Apache Kafka's,
/// except for how many producers are remembered: Kafka knows no bound.
///
/// @param segmentBytesMax a segment is rolled before it would grow beyond this; one batch may be
///   larger
/// @param segmentMsMax a segment is rolled by the first append that finds its first record older
///   than this
/// @param indexIntervalBytes how many bytes of batches lie between two index entries, at least
/// @param indexBytesMax a segment is rolled when one of its indexes would be larger than this
/// @param producersMax how many producers are remembered; beyond it the one idle for longest,
///   without an open transaction, is forgotten
/// @param producerExpiryMs how long a producer that appends nothing is remembered
public record LogConfig(
        int segmentBytesMax,
        long segmentMsMax,
        int indexIntervalBytes,
        int indexBytesMax,
        int producersMax,
        long producerExpiryMs) {
    /// A producer takes some 220 bytes, so that a log's take at most 4.4 MB: a heap of 512 MiB
    /// holds dozens of logs whose clients take a new id for each connection and never come back.
    private static final int PRODUCERS_MAX = 20_000;

    /// Kafka's default distance between index entries.
    static final int INDEX_INTERVAL_BYTES = 4096;

    private static final int SEGMENT_BYTES_MIN = 1024;

    public LogConfig {
        if (segmentBytesMax < SEGMENT_BYTES_MIN) {
            throw new IllegalArgumentException(
                    "segmentBytesMax is " + segmentBytesMax + ", at least " + SEGMENT_BYTES_MIN);
        }
        if (indexIntervalBytes < 0 || producersMax < 1) {
            throw new IllegalArgumentException(
                    "indexIntervalBytes " + indexIntervalBytes + ", producersMax " + producersMax);
        }
        if (indexBytesMax < 2 * TimeIndex.ENTRY_BYTES) {
            throw new IllegalArgumentException(
                    "indexBytesMax is "
                            + indexBytesMax
                            + ", at least "
                            + 2 * TimeIndex.ENTRY_BYTES);
        }
    }

    /// Segments of 1 GiB or seven days, an index entry every 4 KiB, a day of memory for idle
    /// producers, of whom there are at most 20 000.
    public static LogConfig defaults() {
        return new LogConfig(
                1 << 30, 604_800_000L, INDEX_INTERVAL_BYTES, 10 << 20, PRODUCERS_MAX, 86_400_000L);
    }

    public LogConfig withSegmentBytesMax(int bytes) {
        return new LogConfig(
                bytes,
                segmentMsMax,
                indexIntervalBytes,
                indexBytesMax,
                producersMax,
                producerExpiryMs);
    }

    public LogConfig withSegmentMsMax(long ms) {
        return new LogConfig(
                segmentBytesMax,
                ms,
                indexIntervalBytes,
                indexBytesMax,
                producersMax,
                producerExpiryMs);
    }

    public LogConfig withIndexIntervalBytes(int bytes) {
        return new LogConfig(
                segmentBytesMax,
                segmentMsMax,
                bytes,
                indexBytesMax,
                producersMax,
                producerExpiryMs);
    }

    public LogConfig withIndexBytesMax(int bytes) {
        return new LogConfig(
                segmentBytesMax,
                segmentMsMax,
                indexIntervalBytes,
                bytes,
                producersMax,
                producerExpiryMs);
    }

    public LogConfig withProducersMax(int producers) {
        return new LogConfig(
                segmentBytesMax,
                segmentMsMax,
                indexIntervalBytes,
                indexBytesMax,
                producers,
                producerExpiryMs);
    }

    public LogConfig withProducerExpiryMs(long ms) {
        return new LogConfig(
                segmentBytesMax, segmentMsMax, indexIntervalBytes, indexBytesMax, producersMax, ms);
    }
}
