package io.octavo.bench.load;

/// What producers are asked to send.
///
/// @param records how many, all producers together
/// @param recordBytes the size of each value; keys and headers there are none
/// @param batchBytes the producer's `batch.size`; 0 sends each record in a request of its own
/// @param acks the producer's `acks`: 0, 1 or all
/// @param codec the producer's `compression.type`
/// @param producers how many, each with a connection of its own; one is Apache's
///   ProducerPerformance, several are [Producers]
/// @param perSecond records per second, all producers together; 0: as fast as it goes
public record ProduceLoad(
        long records,
        int recordBytes,
        int batchBytes,
        String acks,
        String codec,
        int producers,
        int perSecond) {
    /// What a batch and a record take beside the value: 61 bytes and at most 20.
    private static final int BATCH_OVERHEAD_BYTES = 96;

    /// @throws IllegalArgumentException when the producers cannot send equally many
    public ProduceLoad {
        if (records % producers != 0) {
            throw new IllegalArgumentException(records + " records from " + producers);
        }
    }

    /// One producer, as fast as it goes, `acks=1`, not compressed.
    public ProduceLoad(long records, int recordBytes, int batchBytes) {
        this(records, recordBytes, batchBytes, "1", "none", 1, 0);
    }

    /// Bytes of values, not compressed.
    public long bytes() {
        return records * recordBytes;
    }

    /// Whether batches are compressed.
    boolean compresses() {
        return !codec.equals("none");
    }

    /// The same load with another number of records.
    public ProduceLoad withRecords(long records) {
        return new ProduceLoad(records, recordBytes, batchBytes, acks, codec, producers, perSecond);
    }

    /// The same load with another `acks`.
    public ProduceLoad withAcks(String acks) {
        return new ProduceLoad(records, recordBytes, batchBytes, acks, codec, producers, perSecond);
    }

    /// The same load from so many producers.
    public ProduceLoad withProducers(int producers) {
        return new ProduceLoad(records, recordBytes, batchBytes, acks, codec, producers, perSecond);
    }

    /// The same load at a pace.
    public ProduceLoad at(int perSecond) {
        return new ProduceLoad(records, recordBytes, batchBytes, acks, codec, producers, perSecond);
    }

    /// For the table: what is sent, and every setting that is not the client's default.
    public String title() {
        return "%s, acks=%s, %d records of %d bytes, %s%s%s"
                .formatted(
                        producers == 1 ? "ProducerPerformance" : producers + " producers",
                        acks,
                        records,
                        recordBytes,
                        batchBytes == 0 ? "one per request" : "batch.size=" + batchBytes,
                        compresses() ? ", compression.type=" + codec : "",
                        perSecond == 0 ? "" : ", " + perSecond + " per second");
    }

    /// The producers' settings, [Settings] as text.
    String settings() {
        String common =
                "acks=%s batch.size=%d compression.type=%s".formatted(acks, batchBytes, codec);
        return batchBytes == 0 ? common + " " + onePerRequest(recordBytes) : common;
    }

    /// The settings that, with `batch.size=0`, make every batch one record and every request one
    /// batch, however many partitions there are.
    static String onePerRequest(int recordBytes) {
        return "linger.ms=0 max.request.size=" + (recordBytes + BATCH_OVERHEAD_BYTES);
    }
}
