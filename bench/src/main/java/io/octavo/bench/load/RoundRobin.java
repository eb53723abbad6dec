package io.octavo.bench.load;

/// Batches of one record, one batch in each request, sent in turn to one partition after the other.
///
/// @param partitions of the topic
/// @param recordBytes the size of each value; keys and headers there are none
/// @param batches how many
/// @param perSecond at this pace: a client is slower with many partitions, and a broker that is
///   asked less often than it could answer wakes up for each request
public record RoundRobin(
        String topic, int partitions, int recordBytes, long batches, int perSecond) {
    public long bytes() {
        return batches * recordBytes;
    }
}
