package io.octavo.bench.load;

/// What ProducerPerformance is asked to send, as fast as it can.
///
/// @param records how many
/// @param recordBytes the size of each value; keys and headers there are none
/// @param batchBytes the producer's `batch.size`; 0 sends each record in a request of its own
public record ProduceLoad(long records, int recordBytes, int batchBytes) {
    public long bytes() {
        return records * recordBytes;
    }

    /// The same load with another number of records.
    public ProduceLoad withRecords(long records) {
        return new ProduceLoad(records, recordBytes, batchBytes);
    }
}
