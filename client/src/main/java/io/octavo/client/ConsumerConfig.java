package io.octavo.client;

import org.jspecify.annotations.Nullable;

/// How a consumer reads.
///
/// @param isolation what it sees of transactions
/// @param waitMsMax how long the broker may hold a fetch that it has nothing for
/// @param bytesMin how much the broker waits for, at most that long
/// @param bytesMax one fetch's answer, about
/// @param partitionBytesMax one partition's share of it, about
/// @param recordsMax what one poll returns at most
/// @param verifyCrc whether each batch's CRC is checked again here
/// @param outOfRange where to go on in a partition whose log does not have the offset; null when
///   that is the application's business
public record ConsumerConfig(
        Isolation isolation,
        int waitMsMax,
        int bytesMin,
        int bytesMax,
        int partitionBytesMax,
        int recordsMax,
        boolean verifyCrc,
        @Nullable Position outOfRange) {
    private static final int WAIT_MS_MAX = 500;
    private static final int BYTES_MAX = 50 << 20;
    private static final int PARTITION_BYTES_MAX = 1 << 20;
    private static final int RECORDS_MAX = 1_000;

    public static ConsumerConfig defaults() {
        return new ConsumerConfig(
                Isolation.READ_UNCOMMITTED,
                WAIT_MS_MAX,
                1,
                BYTES_MAX,
                PARTITION_BYTES_MAX,
                RECORDS_MAX,
                true,
                null);
    }

    public ConsumerConfig withIsolation(Isolation other) {
        return new ConsumerConfig(
                other,
                waitMsMax,
                bytesMin,
                bytesMax,
                partitionBytesMax,
                recordsMax,
                verifyCrc,
                outOfRange);
    }

    public ConsumerConfig withFetch(int waitMs, int min, int max, int partitionMax) {
        return new ConsumerConfig(
                isolation, waitMs, min, max, partitionMax, recordsMax, verifyCrc, outOfRange);
    }

    public ConsumerConfig withRecordsMax(int max) {
        return new ConsumerConfig(
                isolation,
                waitMsMax,
                bytesMin,
                bytesMax,
                partitionBytesMax,
                max,
                verifyCrc,
                outOfRange);
    }

    public ConsumerConfig withOutOfRange(@Nullable Position place) {
        return new ConsumerConfig(
                isolation,
                waitMsMax,
                bytesMin,
                bytesMax,
                partitionBytesMax,
                recordsMax,
                verifyCrc,
                place);
    }
}
