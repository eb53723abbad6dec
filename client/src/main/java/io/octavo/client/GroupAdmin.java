package io.octavo.client;

import static io.octavo.client.Completion.await;

import io.octavo.protocol.api.Api;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.DeleteGroupsRequest;
import io.octavo.protocol.message.DeleteGroupsResponse;
import io.octavo.protocol.message.OctavoDescribeGroupsRequest;
import io.octavo.protocol.message.OctavoDescribeGroupsResponse;
import io.octavo.protocol.message.OctavoDescribeGroupsResponse.DescribedGroup;
import io.octavo.protocol.message.OctavoDescribeGroupsResponse.DescribedPartition;
import io.octavo.protocol.message.OctavoDescribeGroupsResponse.DescribedTopic;
import io.octavo.protocol.message.OffsetCommitRequest;
import io.octavo.protocol.message.OffsetCommitRequest.OffsetCommitRequestPartition;
import io.octavo.protocol.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import io.octavo.protocol.message.OffsetCommitResponse;
import io.octavo.protocol.wire.Request;
import io.octavo.protocol.wire.Response;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Looks at consumer groups and changes them. Each method waits for its answer and throws a
/// [ClientException]. Safe for any thread.
public final class GroupAdmin {
    /// The last OffsetCommit version that names topics.
    private static final int COMMIT_BY_NAMES_UNTIL = 9;

    /// Of who is no member.
    private static final int NO_GENERATION = -1;

    private final Client client;

    public GroupAdmin(Client client) {
        this.client = client;
    }

    /// What the brokers know of groups, by name. Only Octavo's brokers tell.
    ///
    /// @param names null for all
    /// @param detail what is wanted besides the groups' states
    public List<Group> describe(@Nullable List<String> names, Set<Detail> detail) {
        OctavoDescribeGroupsRequest request =
                new OctavoDescribeGroupsRequest(
                        names,
                        detail.contains(Detail.PARTITIONS),
                        detail.contains(Detail.REBALANCES));
        return await(client.retried(() -> describe(request)));
    }

    /// Deletes a group, which has to be without members, with everything it has committed.
    public void delete(String group) {
        DeleteGroupsRequest request = new DeleteGroupsRequest(List.of(group));
        ask(
                group,
                DeleteGroupsRequest.API,
                DeleteGroupsRequest.API.versions().max(),
                request,
                answer -> checkDeleted(group, answer));
    }

    /// Has a group go on elsewhere; it has to be without members.
    ///
    /// @param offsets for each partition the offset of the next record to consume
    public void commit(String group, Map<TopicPartition, Long> offsets) {
        Map<String, List<OffsetCommitRequestPartition>> byTopic = new TreeMap<>();
        offsets.forEach((partition, offset) ->
                byTopic.computeIfAbsent(partition.topic(), name -> new ArrayList<>())
                        .add(
                                OffsetCommitRequestPartition.defaults()
                                        .withPartitionIndex(partition.partition())
                                        .withCommittedOffset(offset)
                                        .withCommittedMetadata("")));
        List<OffsetCommitRequestTopic> topics = new ArrayList<>();
        byTopic.forEach((name, partitions) ->
                topics.add(
                        OffsetCommitRequestTopic.defaults()
                                .withName(name)
                                .withPartitions(partitions)));
        OffsetCommitRequest request =
                OffsetCommitRequest.defaults()
                        .withGroupId(group)
                        .withGenerationIdOrMemberEpoch(NO_GENERATION)
                        .withTopics(topics);
        ask(
                group,
                OffsetCommitRequest.API,
                COMMIT_BY_NAMES_UNTIL,
                request,
                answer -> checkCommitted(group, answer));
    }

    private CompletableFuture<List<Group>> describe(OctavoDescribeGroupsRequest request) {
        return client.refresh(Set.of(), false)
                .thenCompose(map -> {
                    CompletableFuture<Map<String, DescribedGroup>> all =
                            CompletableFuture.completedFuture(new HashMap<>());
                    for (int id : map.brokers().keySet()) {
                        all = all.thenCompose(found -> describe(id, request, found));
                    }
                    return all;
                })
                .thenApply(GroupAdmin::groups);
    }

    /// Adds what one broker says.
    private CompletableFuture<Map<String, DescribedGroup>> describe(
            int broker, OctavoDescribeGroupsRequest request, Map<String, DescribedGroup> found) {
        return client.broker(broker)
                .thenCompose(to -> client.send(to, OctavoDescribeGroupsRequest.API, request))
                .thenApply(answer -> {
                    add(answer, found);
                    return found;
                });
    }

    /// Takes over what one broker says, of a group where no other said more.
    static void add(OctavoDescribeGroupsResponse answer, Map<String, DescribedGroup> found) {
        Refused.check("groups", answer.errorCode(), null);
        for (DescribedGroup group : answer.groups()) {
            DescribedGroup known = found.get(group.groupId());
            if (known == null || saysMore(group, known)) {
                found.put(group.groupId(), group);
            }
        }
    }

    /// Who has a group says the most, and who cannot tell at the moment the least.
    private static boolean saysMore(DescribedGroup group, DescribedGroup known) {
        ErrorCode before = ErrorCode.of(known.errorCode());
        return before.retriable()
                || (before != ErrorCode.NONE && group.errorCode() == ErrorCode.NONE.code());
    }

    private static List<Group> groups(Map<String, DescribedGroup> found) {
        List<Group> groups = new ArrayList<>();
        for (DescribedGroup group : found.values()) {
            Refused.check("group " + group.groupId(), group.errorCode(), null);
            groups.add(
                    new Group(
                            group.groupId(),
                            group.state(),
                            group.type(),
                            group.protocolType(),
                            partitions(group.topics()),
                            group.rebalances().stream()
                                    .map(its ->
                                            new Rebalance(
                                                    its.timeMs(), its.generation(), its.causes()))
                                    .toList()));
        }
        groups.sort(Comparator.comparing(Group::id));
        return groups;
    }

    private static List<GroupPartition> partitions(List<DescribedTopic> topics) {
        List<GroupPartition> partitions = new ArrayList<>();
        for (DescribedTopic topic : topics) {
            for (DescribedPartition its : topic.partitions()) {
                partitions.add(
                        new GroupPartition(
                                topic.name(),
                                its.partitionIndex(),
                                its.committedOffset(),
                                its.highWatermark(),
                                new Lag(its.lag(), its.stableLag(), its.lagBytes(), its.lagMs()),
                                its.memberId(),
                                its.clientId(),
                                its.clientHost()));
            }
        }
        return partitions;
    }

    private static void checkDeleted(String group, DeleteGroupsResponse answer) {
        answer.results()
                .forEach(result -> Refused.check("group " + group, result.errorCode(), null));
    }

    static void checkCommitted(String group, OffsetCommitResponse answer) {
        answer.topics()
                .forEach(topic ->
                        topic.partitions()
                                .forEach(its ->
                                        Refused.check(
                                                "group "
                                                        + group
                                                        + ", "
                                                        + topic.name()
                                                        + "-"
                                                        + its.partitionIndex(),
                                                its.errorCode(),
                                                reason(group, its.errorCode()))));
    }

    /// What a refusal of a commit means, where the error's own text does not say it.
    private static @Nullable String reason(String group, short error) {
        return error == ErrorCode.UNKNOWN_MEMBER_ID.code()
                ? "group " + group + " has members; stop them first"
                : null;
    }

    /// Asks the group's coordinator, wherever it is by now.
    private <Q extends Request, R extends Response> void ask(
            String group, Api<Q, R> api, int newest, Q request, Consumer<R> check) {
        var unused =
                await(
                        client.retried(() ->
                                coordinator(group)
                                        .thenCompose(broker ->
                                                broker.send(
                                                        api,
                                                        broker.version(api, newest),
                                                        request,
                                                        client.config().requestTimeoutMs()))
                                        .thenApply(answer -> {
                                            check.accept(answer);
                                            return answer;
                                        })));
    }

    private CompletableFuture<Connection> coordinator(String group) {
        return client.refresh(Set.of(), false)
                .thenCompose(map -> Coordinator.find(client, group))
                .thenCompose(found -> client.broker(found.nodeId()));
    }

    /// What is told of a group only when it is wanted.
    public enum Detail {
        PARTITIONS,
        REBALANCES
    }

    /// @param state as Apache Kafka calls it
    /// @param type `classic` or `consumer`
    /// @param protocolType what kind of members it has; empty if it never had any
    /// @param rebalances the last ones since the group was loaded, the oldest first
    public record Group(
            String id,
            String state,
            String type,
            String protocolType,
            List<GroupPartition> partitions,
            List<Rebalance> rebalances) {}

    /// What a group has of a partition. What is not known is -1.
    ///
    /// @param committedOffset of the next record to consume
    /// @param memberId who consumes it; empty if nobody does
    public record GroupPartition(
            String topic,
            int partition,
            long committedOffset,
            long highWatermark,
            Lag lag,
            String memberId,
            String clientId,
            String clientHost) {}

    /// What is left to consume; -1 where that is not known.
    ///
    /// @param records to the high watermark
    /// @param stableRecords to the last stable offset
    /// @param bytes of the log, to the high watermark
    /// @param ms how old the first record is that is left; 0 if there is none
    public record Lag(long records, long stableRecords, long bytes, long ms) {}

    /// @param generation, or epoch, that it led to
    /// @param causes for people
    public record Rebalance(long timeMs, int generation, String causes) {}
}
