package io.octavo.broker.api;

import io.octavo.broker.cluster.TopicNames;
import io.octavo.protocol.message.DeleteGroupsRequest;
import io.octavo.protocol.message.DeleteRecordsRequest;
import io.octavo.protocol.message.FetchRequest;
import io.octavo.protocol.message.ListOffsetsRequest;
import io.octavo.protocol.message.OctavoDescribeGroupsRequest;
import io.octavo.protocol.message.OffsetCommitRequest;
import io.octavo.protocol.message.OffsetDeleteRequest;
import io.octavo.protocol.message.OffsetFetchRequest;
import io.octavo.protocol.message.ProduceRequest;
import java.util.List;

/// What one request may name, so that what a parked request or a fetch session keeps of it, or is
/// written of it at once, stays small. Far above what a client with the largest cluster asks for.
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

    static boolean exceededBy(OffsetCommitRequest request) {
        long count = 0;
        for (OffsetCommitRequest.OffsetCommitRequestTopic topic : request.topics()) {
            count += Math.max(1, topic.partitions().size());
        }
        return count > PARTITIONS_MAX;
    }

    static boolean exceededBy(OffsetFetchRequest request) {
        long count = 0;
        List<OffsetFetchRequest.OffsetFetchRequestTopic> single = request.topics();
        if (single != null) {
            for (OffsetFetchRequest.OffsetFetchRequestTopic topic : single) {
                count += Math.max(1, topic.partitionIndexes().size());
            }
        }
        for (OffsetFetchRequest.OffsetFetchRequestGroup group : request.groups()) {
            count++;
            List<OffsetFetchRequest.OffsetFetchRequestTopics> topics = group.topics();
            if (topics != null) {
                for (OffsetFetchRequest.OffsetFetchRequestTopics topic : topics) {
                    count += Math.max(1, topic.partitionIndexes().size());
                }
            }
        }
        return count > PARTITIONS_MAX;
    }

    static boolean exceededBy(OffsetDeleteRequest request) {
        long count = 0;
        for (OffsetDeleteRequest.OffsetDeleteRequestTopic topic : request.topics()) {
            count += Math.max(1, topic.partitions().size());
        }
        return count > PARTITIONS_MAX;
    }

    static boolean exceededBy(DeleteGroupsRequest request) {
        return request.groupsNames().size() > PARTITIONS_MAX;
    }

    static boolean exceededBy(OctavoDescribeGroupsRequest request) {
        List<String> ids = request.groupIds();
        return ids != null && ids.size() > PARTITIONS_MAX;
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
