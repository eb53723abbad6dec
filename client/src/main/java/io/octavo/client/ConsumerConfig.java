package io.octavo.client;

/// How a consumer reads.
///
/// @param isolation what it sees of transactions
/// @param waitMsMax how long the broker may hold a fetch that it has nothing for
/// @param bytesMin how much the broker waits for, at most that long
/// @param bytesMax one fetch's answer, about
/// @param partitionBytesMax one partition's share of it, about
/// @param recordsMax what one poll returns at most
/// @param verifyCrc whether each batch's CRC is checked again here
public record ConsumerConfig(
        Isolation isolation,
        int waitMsMax,
        int bytesMin,
        int bytesMax,
        int partitionBytesMax,
        int recordsMax,
        boolean verifyCrc) {
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
                true);
    }

    public ConsumerConfig withIsolation(Isolation other) {
        return new ConsumerConfig(
                other, waitMsMax, bytesMin, bytesMax, partitionBytesMax, recordsMax, verifyCrc);
    }

    public ConsumerConfig withFetch(int waitMs, int min, int max, int partitionMax) {
        return new ConsumerConfig(isolation, waitMs, min, max, partitionMax, recordsMax, verifyCrc);
    }

    public ConsumerConfig withRecordsMax(int max) {
        return new ConsumerConfig(
                isolation, waitMsMax, bytesMin, bytesMax, partitionBytesMax, max, verifyCrc);
    }
}
