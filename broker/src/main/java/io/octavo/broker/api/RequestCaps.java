package io.octavo.broker.api;

import io.octavo.broker.cluster.TopicNames;
import io.octavo.protocol.message.DeleteRecordsRequest;
import io.octavo.protocol.message.FetchRequest;
import io.octavo.protocol.message.ListOffsetsRequest;
import io.octavo.protocol.message.ProduceRequest;

/// What one request of the data path may name, so that what a parked request or a fetch session
/// keeps of it stays small. Far above what a client with the largest cluster asks for.
final class RequestCaps {
    /// A topic without partitions counts as one.
    private static final int PARTITIONS_MAX = 100_000;

    private RequestCaps() {}

    static boolean exceededBy(FetchRequest request) {
        long count = 0;
        for (FetchRequest.FetchTopic topic : request.topics()) {
            count += Math.max(1, topic.partitions().size());
        }
        for (FetchRequest.ForgottenTopic topic : request.forgottenTopicsData()) {
            count += Math.max(1, topic.partitions().size());
        }
        return count > PARTITIONS_MAX;
    }

    static boolean exceededBy(ProduceRequest request) {
        long count = 0;
        for (ProduceRequest.TopicProduceData topic : request.topicData()) {
            count += Math.max(1, topic.partitionData().size());
        }
        return count > PARTITIONS_MAX;
    }

    static boolean exceededBy(ListOffsetsRequest request) {
        long count = 0;
        for (ListOffsetsRequest.ListOffsetsTopic topic : request.topics()) {
            count += Math.max(1, topic.partitions().size());
        }
        return count > PARTITIONS_MAX;
    }

    static boolean exceededBy(DeleteRecordsRequest request) {
        long count = 0;
        for (DeleteRecordsRequest.DeleteRecordsTopic topic : request.topics()) {
            count += Math.max(1, topic.partitions().size());
        }
        return count > PARTITIONS_MAX;
    }

    /// Whether a name is longer than any topic's: too long to be kept.
    static boolean namesTooLong(FetchRequest request) {
        for (FetchRequest.FetchTopic topic : request.topics()) {
            if (topic.topic().length() > TopicNames.CHARS_MAX) {
                return true;
            }
        }
        return false;
    }
}
