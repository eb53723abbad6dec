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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What one request may name, so that what a parked request or a fetch session keeps of it, or is
/// written of it at once, stays small. Far above what a client with the largest cluster asks for.
final class RequestCaps {
    /// A topic without partitions counts as one.
    private static final int PARTITIONS_MAX = 100_000;

    private RequestCaps() {}

    static boolean exceededBy(FetchRequest request) {
        long wanted = count(request.topics(), topic -> topic.partitions());
        long forgotten = count(request.forgottenTopicsData(), topic -> topic.partitions());
        return wanted + forgotten > PARTITIONS_MAX;
    }

    static boolean exceededBy(ProduceRequest request) {
        return count(request.topicData(), topic -> topic.partitionData()) > PARTITIONS_MAX;
    }

    static boolean exceededBy(ListOffsetsRequest request) {
        return count(request.topics(), topic -> topic.partitions()) > PARTITIONS_MAX;
    }

    static boolean exceededBy(DeleteRecordsRequest request) {
        return count(request.topics(), topic -> topic.partitions()) > PARTITIONS_MAX;
    }

    static boolean exceededBy(OffsetCommitRequest request) {
        return count(request.topics(), topic -> topic.partitions()) > PARTITIONS_MAX;
    }

    static boolean exceededBy(OffsetFetchRequest request) {
        long count = count(request.topics(), topic -> topic.partitionIndexes());
        for (OffsetFetchRequest.OffsetFetchRequestGroup group : request.groups()) {
            count += 1 + count(group.topics(), topic -> topic.partitionIndexes());
        }
        return count > PARTITIONS_MAX;
    }

    static boolean exceededBy(OffsetDeleteRequest request) {
        return count(request.topics(), topic -> topic.partitions()) > PARTITIONS_MAX;
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

    /// How many partitions are named; a topic without any counts as one.
    private static <T> long count(@Nullable List<T> topics, Function<T, List<?>> partitions) {
        long count = 0;
        if (topics != null) {
            for (T topic : topics) {
                count += Math.max(1, partitions.apply(topic).size());
            }
        }
        return count;
    }
}
