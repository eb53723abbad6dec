package io.octavo.system.group;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Assignment;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.clients.consumer.internals.ConsumerProtocol;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.ConsumerGroupDescribeRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestPartition;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopic;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;
import org.apache.kafka.common.utils.Utils;

/// Requests about groups, as the client makes them that was told this or that; a script changes in
/// them what it wants otherwise.
final class Asks {
    /// Versions that say most.
    static final int JOIN = 9;

    static final int SYNC = 5;
    static final int HEARTBEAT = 4;
    static final int LEAVE = 5;
    static final int DESCRIBE = 6;
    static final int LIST = 5;
    static final int DELETE = 2;
    static final int MODERN = 1;

    /// The last ones that name topics, and the first ones that have their ids instead.
    static final int COMMIT = 9;

    static final int COMMIT_IDS = 10;
    static final int FETCH = 9;
    static final int FETCH_IDS = 10;

    private static final int SESSION_MS = 1_800_000;
    private static final int REBALANCE_MS = 1_800_000;

    /// Of the topic `three`.
    private static final int PARTITIONS = 3;

    private Asks() {}

    /// Subscribes to the topic `three`.
    static JoinGroupRequestData join(Told who, String group, String... protocols) {
        return join(who, group, List.of("three"), protocols);
    }

    static JoinGroupRequestData join(
            Told who, String group, List<String> topics, String... protocols) {
        byte[] subscription =
                Utils.toArray(ConsumerProtocol.serializeSubscription(new Subscription(topics)));
        JoinGroupRequestData request =
                new JoinGroupRequestData()
                        .setGroupId(group)
                        .setSessionTimeoutMs(SESSION_MS)
                        .setRebalanceTimeoutMs(REBALANCE_MS)
                        .setMemberId(who.id())
                        .setProtocolType("consumer");
        for (String protocol : protocols) {
            request.protocols()
                    .add(
                            new JoinGroupRequestProtocol()
                                    .setName(protocol)
                                    .setMetadata(subscription));
        }
        return request;
    }

    /// @param assigned clients to which a partition of `three` is assigned each
    static SyncGroupRequestData sync(Told who, String group, String... assigned) {
        SyncGroupRequestData request =
                new SyncGroupRequestData()
                        .setGroupId(group)
                        .setMemberId(who.id())
                        .setGenerationId(who.generation())
                        .setProtocolType("consumer")
                        .setProtocolName(who.protocol());
        int partition = 0;
        for (String client : assigned) {
            Assignment its =
                    new Assignment(List.of(new TopicPartition("three", partition++ % PARTITIONS)));
            request.assignments()
                    .add(
                            new SyncGroupRequestAssignment()
                                    .setMemberId(who.id(client))
                                    .setAssignment(
                                            Utils.toArray(
                                                    ConsumerProtocol.serializeAssignment(its))));
        }
        return request;
    }

    static HeartbeatRequestData heartbeat(Told who, String group) {
        return new HeartbeatRequestData()
                .setGroupId(group)
                .setMemberId(who.id())
                .setGenerationId(who.generation());
    }

    /// From version 3 on.
    static LeaveGroupRequestData leave(String group, MemberIdentity... members) {
        return new LeaveGroupRequestData().setGroupId(group).setMembers(List.of(members));
    }

    static MemberIdentity member(String id) {
        return new MemberIdentity().setMemberId(id);
    }

    /// Up to version 2.
    static LeaveGroupRequestData leaveAlone(Told who, String group) {
        return new LeaveGroupRequestData().setGroupId(group).setMemberId(who.id());
    }

    static DescribeGroupsRequestData describe(String... groups) {
        return new DescribeGroupsRequestData().setGroups(List.of(groups));
    }

    static ListGroupsRequestData list() {
        return new ListGroupsRequestData();
    }

    static DeleteGroupsRequestData delete(String... groups) {
        return new DeleteGroupsRequestData().setGroupsNames(List.of(groups));
    }

    /// Commits one offset as a member.
    static OffsetCommitRequestData commit(
            Told who, String group, String topic, int partition, long offset) {
        return new OffsetCommitRequestData()
                .setGroupId(group)
                .setMemberId(who.id())
                .setGenerationIdOrMemberEpoch(who.generation())
                .setTopics(new ArrayList<>(List.of(committed(who, topic, partition, offset))));
    }

    /// Commits one offset as somebody who is no member.
    static OffsetCommitRequestData simpleCommit(
            Told who, String group, String topic, int partition, long offset) {
        return commit(who, group, topic, partition, offset)
                .setMemberId("")
                .setGenerationIdOrMemberEpoch(-1);
    }

    static OffsetCommitRequestTopic committed(Told who, String topic, int partition, long offset) {
        return new OffsetCommitRequestTopic()
                .setName(topic)
                .setTopicId(who.topicId(topic))
                .setPartitions(
                        new ArrayList<>(
                                List.of(
                                        new OffsetCommitRequestPartition()
                                                .setPartitionIndex(partition)
                                                .setCommittedOffset(offset)
                                                .setCommittedMetadata("at " + offset))));
    }

    /// Up to version 7: all partitions of the topic `three` and one more, or everything.
    static OffsetFetchRequestData fetchOfOne(String group, String... topics) {
        OffsetFetchRequestData request = new OffsetFetchRequestData().setGroupId(group);
        if (topics.length == 0) {
            return request.setTopics(null);
        }
        for (String topic : topics) {
            request.topics()
                    .add(
                            new OffsetFetchRequestTopic()
                                    .setName(topic)
                                    .setPartitionIndexes(List.of(0, 1, 2, 3)));
        }
        return request;
    }

    /// From version 8 on.
    static OffsetFetchRequestData fetch(OffsetFetchRequestGroup... groups) {
        return new OffsetFetchRequestData().setGroups(List.of(groups));
    }

    /// Of some topics, or of all.
    static OffsetFetchRequestGroup of(Told who, String group, String... topics) {
        OffsetFetchRequestGroup request = new OffsetFetchRequestGroup().setGroupId(group);
        if (topics.length == 0) {
            return request.setTopics(null);
        }
        for (String topic : topics) {
            request.topics()
                    .add(
                            new OffsetFetchRequestTopics()
                                    .setName(topic)
                                    .setTopicId(who.topicId(topic))
                                    .setPartitionIndexes(List.of(0, 1, 2, 3)));
        }
        return request;
    }

    static OffsetDeleteRequestData deleteOffsets(String group, String topic, int... partitions) {
        OffsetDeleteRequestTopic one = new OffsetDeleteRequestTopic().setName(topic);
        for (int partition : partitions) {
            one.partitions().add(new OffsetDeleteRequestPartition().setPartitionIndex(partition));
        }
        OffsetDeleteRequestData request = new OffsetDeleteRequestData().setGroupId(group);
        request.topics().add(one);
        return request;
    }

    /// Joins a consumer group (KIP-848).
    static ConsumerGroupHeartbeatRequestData enter(Told who, String group, String... topics) {
        return new ConsumerGroupHeartbeatRequestData()
                .setGroupId(group)
                .setMemberId(who.id())
                .setMemberEpoch(0)
                .setRebalanceTimeoutMs(REBALANCE_MS)
                .setServerAssignor("range")
                .setSubscribedTopicNames(List.of(topics))
                .setTopicPartitions(List.of());
    }

    /// A member of a consumer group lives.
    static ConsumerGroupHeartbeatRequestData beat(Told who, String group) {
        return new ConsumerGroupHeartbeatRequestData()
                .setGroupId(group)
                .setMemberId(who.id())
                .setMemberEpoch(who.generation());
    }

    /// It lives, and says that it has what it should have.
    static ConsumerGroupHeartbeatRequestData own(Told who, String group) {
        return beat(who, group).setTopicPartitions(who.assigned());
    }

    /// It leaves.
    static ConsumerGroupHeartbeatRequestData exit(Told who, String group) {
        return beat(who, group).setMemberEpoch(-1);
    }

    static ConsumerGroupDescribeRequestData look(String... groups) {
        return new ConsumerGroupDescribeRequestData().setGroupIds(List.of(groups));
    }
}
