package io.octavo.bench.load;

/// Batches of one record, one batch in each request, sent in turn to one partition after the other.
///
/// @param partitions of the topic
/// @param recordBytes the size of each value; keys and headers there are none
/// @param batches how many
/// @param perSecond at this pace, which must be one that the client keeps: it is slower with many
///   partitions, and a broker wakes up more often for requests that come one by one
public record RoundRobin(
        String topic, int partitions, int recordBytes, long batches, int perSecond) {
    /// So many a second that every batch is due at once.
    private static final int UNPACED = Integer.MAX_VALUE;

    public RoundRobin unpaced() {
        return new RoundRobin(topic, partitions, recordBytes, batches, UNPACED);
    }

    public long bytes() {
        return batches * recordBytes;
    }
}
