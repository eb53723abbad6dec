package io.octavo.broker.api;

import io.octavo.broker.cluster.TopicNames;
import io.octavo.protocol.message.AlterConfigsRequest;
import io.octavo.protocol.message.AlterPartitionReassignmentsRequest;
import io.octavo.protocol.message.AlterReplicaLogDirsRequest;
import io.octavo.protocol.message.ConsumerGroupDescribeRequest;
import io.octavo.protocol.message.ConsumerGroupHeartbeatRequest;
import io.octavo.protocol.message.CreatePartitionsRequest;
import io.octavo.protocol.message.CreateTopicsRequest;
import io.octavo.protocol.message.DeleteGroupsRequest;
import io.octavo.protocol.message.DeleteRecordsRequest;
import io.octavo.protocol.message.DeleteTopicsRequest;
import io.octavo.protocol.message.DescribeConfigsRequest;
import io.octavo.protocol.message.DescribeGroupsRequest;
import io.octavo.protocol.message.DescribeLogDirsRequest;
import io.octavo.protocol.message.DescribeTopicPartitionsRequest;
import io.octavo.protocol.message.FetchRequest;
import io.octavo.protocol.message.FindCoordinatorRequest;
import io.octavo.protocol.message.IncrementalAlterConfigsRequest;
import io.octavo.protocol.message.JoinGroupRequest;
import io.octavo.protocol.message.LeaveGroupRequest;
import io.octavo.protocol.message.ListOffsetsRequest;
import io.octavo.protocol.message.MetadataRequest;
import io.octavo.protocol.message.OctavoDescribeGroupsRequest;
import io.octavo.protocol.message.OffsetCommitRequest;
import io.octavo.protocol.message.OffsetDeleteRequest;
import io.octavo.protocol.message.OffsetFetchRequest;
import io.octavo.protocol.message.OffsetForLeaderEpochRequest;
import io.octavo.protocol.message.ProduceRequest;
import io.octavo.protocol.message.SyncGroupRequest;
import io.octavo.protocol.wire.MalformedFrame;
import io.octavo.protocol.wire.Request;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What one request may name, so that what a parked request or a fetch session keeps of it, what it
/// makes the broker do at once, and what is written of it, stay small. Above what a client with the
/// largest cluster asks for.
public final class RequestCaps {
    /// Topics, partitions, groups or members; a topic without partitions counts as one.
    static final int NAMES_MAX = 100_000;

    /// Of a Produce, of which each may have an answer of its own before those in front of it have
    /// one. A request of the usual size has room for fewer.
    static final int PRODUCED_MAX = 20_000;

    /// What has settings.
    static final int RESOURCES_MAX = 20_000;

    /// Of a member of a classic group: its assignors. A client has a handful; they are walked on
    /// the one thread of all groups.
    static final int PROTOCOLS_MAX = 1_000;

    private RequestCaps() {}

    /// Looks at a request before it is handled.
    ///
    /// @return how many topics, partitions, groups or members it names
    /// @throws MalformedFrame when it names too much
    public static int check(Request request) {
        long names = names(request);
        check(names, NAMES_MAX, "topics, partitions, groups or members");
        check(resources(request), RESOURCES_MAX, "resources");
        if (request instanceof JoinGroupRequest join) {
            check(join.protocols().size(), PROTOCOLS_MAX, "protocols");
        }
        if (request instanceof ProduceRequest produce) {
            check(names, PRODUCED_MAX, "partitions");
            checkNames(produce);
        }
        return (int) names;
    }

    /// They are in the answer, too.
    private static void checkNames(ProduceRequest produce) {
        for (ProduceRequest.TopicProduceData topic : produce.topicData()) {
            if (topic.name().length() > TopicNames.CHARS_MAX) {
                throw new MalformedFrame(
                        "records for a topic of "
                                + topic.name().length()
                                + " characters; no name has more than "
                                + TopicNames.CHARS_MAX);
            }
        }
    }

    private static void check(long named, int most, String what) {
        if (named > most) {
            throw new MalformedFrame(
                    "a request that names " + named + " " + what + "; " + most + " are allowed");
        }
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

    private static long names(Request request) {
        return switch (request) {
            case FetchRequest fetch ->
                    count(fetch.topics(), topic -> topic.partitions())
                            + count(fetch.forgottenTopicsData(), topic -> topic.partitions());
            case ProduceRequest produce ->
                    count(produce.topicData(), topic -> topic.partitionData());
            case ListOffsetsRequest list -> count(list.topics(), topic -> topic.partitions());
            case DeleteRecordsRequest delete -> count(delete.topics(), topic -> topic.partitions());
            case OffsetForLeaderEpochRequest epochs ->
                    count(epochs.topics(), topic -> topic.partitions());
            case OffsetCommitRequest commit -> count(commit.topics(), topic -> topic.partitions());
            case OffsetFetchRequest fetch -> partitions(fetch);
            case OffsetDeleteRequest delete -> count(delete.topics(), topic -> topic.partitions());
            case DescribeLogDirsRequest logs -> count(logs.topics(), topic -> topic.partitions());
            case AlterReplicaLogDirsRequest moves -> partitions(moves);
            case AlterPartitionReassignmentsRequest moves ->
                    count(moves.topics(), topic -> topic.partitions());
            case MetadataRequest metadata -> size(metadata.topics());
            case DescribeTopicPartitionsRequest describe -> size(describe.topics());
            case CreateTopicsRequest create -> count(create.topics(), topic -> topic.assignments());
            case CreatePartitionsRequest create -> size(create.topics());
            case DeleteTopicsRequest delete -> size(delete.topics()) + size(delete.topicNames());
            case FindCoordinatorRequest find -> size(find.coordinatorKeys());
            case DescribeGroupsRequest describe -> size(describe.groups());
            case ConsumerGroupDescribeRequest describe -> size(describe.groupIds());
            case OctavoDescribeGroupsRequest describe -> size(describe.groupIds());
            case DeleteGroupsRequest delete -> size(delete.groupsNames());
            case LeaveGroupRequest leave -> size(leave.members());
            case SyncGroupRequest sync -> size(sync.assignments());
            case ConsumerGroupHeartbeatRequest heartbeat ->
                    size(heartbeat.subscribedTopicNames())
                            + count(heartbeat.topicPartitions(), topic -> topic.partitions());
            default -> 0;
        };
    }

    private static long partitions(OffsetFetchRequest request) {
        long count = count(request.topics(), topic -> topic.partitionIndexes());
        for (OffsetFetchRequest.OffsetFetchRequestGroup group : request.groups()) {
            count += 1 + count(group.topics(), topic -> topic.partitionIndexes());
        }
        return count;
    }

    private static long partitions(AlterReplicaLogDirsRequest request) {
        long count = 0;
        for (AlterReplicaLogDirsRequest.AlterReplicaLogDir directory : request.dirs()) {
            count += 1 + count(directory.topics(), topic -> topic.partitions());
        }
        return count;
    }

    private static int resources(Request request) {
        return switch (request) {
            case DescribeConfigsRequest describe -> size(describe.resources());
            case AlterConfigsRequest alter -> size(alter.resources());
            case IncrementalAlterConfigsRequest alter -> size(alter.resources());
            default -> 0;
        };
    }

    private static int size(@Nullable List<?> named) {
        return named == null ? 0 : named.size();
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
