package io.octavo.client;

/// Where a record was written.
///
/// @param offset -1 with `acks=0`, where the broker does not say
/// @param timestamp the broker's where it stamps records, else the producer's
public record Written(TopicPartition partition, long offset, long timestamp) {}
