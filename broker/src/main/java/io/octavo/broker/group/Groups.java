package io.octavo.broker.group;

import io.octavo.broker.cluster.ClusterChange;
import io.octavo.broker.cluster.ClusterView;
import io.octavo.broker.cluster.PartitionState;
import io.octavo.broker.cluster.Topic;
import io.octavo.broker.config.LiveConfig;
import io.octavo.broker.group.consumer.HeartbeatRules;
import io.octavo.broker.replica.PartitionTable;
import io.octavo.broker.shard.Shards;
import io.octavo.broker.shard.Write;
import io.octavo.ports.Clock;
import io.octavo.ports.Loop;
import io.octavo.ports.Randomness;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.ConsumerGroupDescribeResponse;
import io.octavo.protocol.message.ConsumerGroupHeartbeatRequest;
import io.octavo.protocol.message.ConsumerGroupHeartbeatResponse;
import io.octavo.protocol.message.DescribeGroupsResponse.DescribedGroup;
import io.octavo.protocol.message.HeartbeatRequest;
import io.octavo.protocol.message.HeartbeatResponse;
import io.octavo.protocol.message.JoinGroupRequest;
import io.octavo.protocol.message.JoinGroupResponse;
import io.octavo.protocol.message.LeaveGroupRequest;
import io.octavo.protocol.message.LeaveGroupResponse;
import io.octavo.protocol.message.ListGroupsRequest;
import io.octavo.protocol.message.ListGroupsResponse;
import io.octavo.protocol.message.OctavoDescribeGroupsRequest;
import io.octavo.protocol.message.OffsetCommitRequest;
import io.octavo.protocol.message.OffsetCommitResponse;
import io.octavo.protocol.message.OffsetDeleteRequest;
import io.octavo.protocol.message.OffsetDeleteResponse;
import io.octavo.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import io.octavo.protocol.message.OffsetFetchResponse.OffsetFetchResponseGroup;
import io.octavo.protocol.message.SyncGroupRequest;
import io.octavo.protocol.message.SyncGroupResponse;
import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// The groups that this broker coordinates. Any thread may ask; answers come on the shards' loop.
public final class Groups {
    /// The topic they are kept in.
    public static final String TOPIC = "__consumer_offsets";

    /// Of a group's id, and of the ids of its members and their instances: they are in keys, and
    /// are kept.
    static final int ID_CHARS_MAX = HeartbeatRules.ID_CHARS_MAX;

    /// The part of the heap that members of groups may take: what they say is kept as long as they
    /// live, so that it must leave room for what requests take in passing.
    private static final int HEAP_SHARE = 4;

    /// From this version on a client of OffsetFetch names topics by their ids.
    private static final int FETCH_IDS_FROM = 10;

    private final GroupContext context;
    private final Shards<GroupShard> shards;

    /// @param loop where everything about groups happens
    /// @param loader where logs are read
    public Groups(
            PartitionTable partitions,
            Supplier<ClusterView> view,
            LiveConfig config,
            Loop loop,
            Executor loader,
            Clock clock,
            Randomness randomness) {
        GroupContext shared =
                new GroupContext(
                        new LiveGroupConfig(config),
                        view,
                        clock,
                        randomness,
                        Runtime.getRuntime().maxMemory() / HEAP_SHARE);
        this(
                shared,
                new Shards<>(TOPIC, partitions, loop, loader, clock, () -> new GroupShard(shared)));
    }

    Groups(GroupContext context, Shards<GroupShard> shards) {
        this.context = context;
        this.shards = shards;
    }

    /// The cluster has said something, and the partitions know it. Any thread.
    public void follow(ClusterChange change) {
        shards.follow();
        List<Topic> deleted = new ArrayList<>();
        for (Uuid id : change.topics()) {
            Topic before = change.before().topic(id);
            if (before != null && change.after().topic(id) == null) {
                deleted.add(before);
            }
        }
        if (!deleted.isEmpty()) {
            topicsDeleted(deleted);
        }
        if (change.topics().stream().anyMatch(id -> isReshaped(change, id))) {
            topicsChanged();
        }
    }

    /// Whether a topic came or went, or its partitions did, or where they are: another leader, or
    /// who is in sync, makes no difference to who should have them.
    private static boolean isReshaped(ClusterChange change, Uuid id) {
        Topic before = change.before().topic(id);
        Topic after = change.after().topic(id);
        if (before == null || after == null) {
            return before != after;
        }
        return !before.name().equals(after.name()) || !replicas(before).equals(replicas(after));
    }

    private static List<List<Integer>> replicas(Topic topic) {
        return topic.partitions().stream().map(PartitionState::replicas).toList();
    }

    /// Has all groups forget what they committed in topics that were deleted.
    void topicsDeleted(List<Topic> deleted) {
        shards.each(shard -> new TopicRemoval(shard, deleted).begin(), _ -> {});
    }

    /// Ends; what waits is answered.
    public void stop() {
        shards.stop();
    }

    /// The groups that match.
    public void list(ListGroupsRequest request, Consumer<ListGroupsResponse> answer) {
        GroupListing listing = new GroupListing(request);
        shards.each(listing::add, loading -> answer.accept(listing.answer(loading)));
    }

    /// The answer waits until the members' generation begins.
    public void join(JoinGroupRequest request, Client client, Consumer<JoinGroupResponse> answer) {
        runNamed(
                request.groupId(),
                (shard, _) -> ClassicRequests.join(shard, request, client, answer),
                error -> answer.accept(ClassicAnswers.join(request.memberId(), error)));
    }

    /// The answer waits until the generation's leader has assigned. While its group is loaded a
    /// member is asked to join again: the rebalance that it was in is over, and clients take
    /// `COORDINATOR_LOAD_IN_PROGRESS` for a fault here.
    public void sync(SyncGroupRequest request, Client client, Consumer<SyncGroupResponse> answer) {
        runNamed(
                request.groupId(),
                (shard, _) -> ClassicRequests.sync(shard, request, client, answer),
                error ->
                        answer.accept(
                                ClassicAnswers.sync(
                                        unlessLoading(error, ErrorCode.REBALANCE_IN_PROGRESS))));
    }

    /// While its group is loaded every member is taken to live.
    public void heartbeat(
            HeartbeatRequest request, Client client, Consumer<HeartbeatResponse> answer) {
        if (context.stable().hear(request)) {
            answer.accept(ClassicAnswers.heartbeat(ErrorCode.NONE));
            return;
        }
        runNamed(
                request.groupId(),
                (shard, _) -> ClassicRequests.heartbeat(shard, request, client, answer),
                error ->
                        answer.accept(
                                ClassicAnswers.heartbeat(unlessLoading(error, ErrorCode.NONE))));
    }

    public void leave(
            LeaveGroupRequest request, Client client, Consumer<LeaveGroupResponse> answer) {
        runNamed(
                request.groupId(),
                (shard, _) -> ClassicRequests.leave(shard, request, client, answer),
                error -> answer.accept(ClassicAnswers.leave(error)));
    }

    /// Describes a classic group.
    ///
    /// @param apiVersion of DescribeGroups
    public void describe(String groupId, int apiVersion, Consumer<DescribedGroup> answer) {
        run(
                groupId,
                (shard, _) -> ClassicRequests.describe(shard, groupId, apiVersion, answer),
                error ->
                        answer.accept(
                                DescribedGroup.defaults()
                                        .withGroupId(groupId)
                                        .withErrorCode(error.code())));
    }

    /// The cluster's topics may have changed.
    void topicsChanged() {
        shards.each(GroupShard::topicsChanged, _ -> {});
    }

    /// A member of a consumer group joins, lives or leaves (KIP-848).
    public void heartbeat(
            ConsumerGroupHeartbeatRequest request,
            Client client,
            Consumer<ConsumerGroupHeartbeatResponse> answer) {
        run(
                request.groupId(),
                (shard, id) -> shard.heartbeat(id, request, client, answer),
                error ->
                        answer.accept(
                                ConsumerGroupHeartbeatResponse.defaults()
                                        .withErrorCode(error.code())));
    }

    /// Says everything of a consumer group.
    ///
    /// @param answer the operations that the asker may run on it are left open
    public void describeConsumer(
            String groupId, Consumer<ConsumerGroupDescribeResponse.DescribedGroup> answer) {
        runNamed(
                groupId,
                (shard, id) ->
                        Write.answer(() ->
                                answer.accept(
                                        ConsumerDescription.of(
                                                id, shard.group(id), shard.context()))),
                error -> answer.accept(ConsumerDescription.refused(groupId, error, null)));
    }

    public void commitOffsets(
            OffsetCommitRequest request, Client client, Consumer<OffsetCommitResponse> answer) {
        OffsetCommit commit = new OffsetCommit(request, context.view().get(), client, answer);
        if (commit.isVoid()) {
            commit.refuse(ErrorCode.NONE);
            return;
        }
        run(request.groupId(), (shard, _) -> commit.decide(shard), commit::refuse);
    }

    public void fetchOffsets(
            OffsetFetchRequestGroup wanted,
            int apiVersion,
            Consumer<OffsetFetchResponseGroup> answer) {
        boolean byId = apiVersion >= FETCH_IDS_FROM;
        OffsetFetch fetch = new OffsetFetch(wanted, byId, context.view().get(), answer);
        run(wanted.groupId(), (shard, _) -> fetch.decide(shard), fetch::refuse);
    }

    public void deleteOffsets(OffsetDeleteRequest request, Consumer<OffsetDeleteResponse> answer) {
        OffsetDelete deletion = new OffsetDelete(request, context.view().get(), answer);
        runNamed(request.groupId(), (shard, _) -> deletion.decide(shard), deletion::refuse);
    }

    /// Deletes a group that has no members, with everything it has committed.
    public void delete(String groupId, Consumer<ErrorCode> answer) {
        GroupDeletion deletion = new GroupDeletion(groupId, answer, () -> delete(groupId, answer));
        run(groupId, (shard, _) -> deletion.decide(shard), answer);
    }

    /// Says everything that is known of groups.
    ///
    /// @param answer on the shards' loop
    public void report(OctavoDescribeGroupsRequest request, Consumer<GroupReport> answer) {
        List<String> ids = request.groupIds();
        if (ids == null) {
            GroupReport report = new GroupReport();
            shards.each(
                    shard ->
                            shard.groups()
                                    .forEach(group -> report.add(snapshot(shard, group, request))),
                    loading -> {
                        if (loading) {
                            report.loading();
                        }
                        answer.accept(report);
                    });
            return;
        }
        report(new LinkedHashSet<>(ids).iterator(), new GroupReport(), request, answer);
    }

    /// One group after the other.
    private void report(
            Iterator<String> ids,
            GroupReport report,
            OctavoDescribeGroupsRequest request,
            Consumer<GroupReport> answer) {
        if (!ids.hasNext()) {
            answer.accept(report);
            return;
        }
        String id = ids.next();
        Runnable next = () -> report(ids, report, request, answer);
        shards.run(
                id,
                shard ->
                        Write.answer(() -> {
                            Group group = shard.group(id);
                            if (group == null) {
                                report.add(id, ErrorCode.GROUP_ID_NOT_FOUND);
                            } else {
                                report.add(snapshot(shard, group, request));
                            }
                            next.run();
                        }),
                error -> {
                    report.add(id, unlessThereAreNone(error));
                    next.run();
                });
    }

    /// Before the first group there is no topic for them, and no coordinator to wait for.
    private ErrorCode unlessThereAreNone(ErrorCode error) {
        return error == ErrorCode.COORDINATOR_NOT_AVAILABLE
                        && context.view().get().topic(TOPIC) == null
                ? ErrorCode.GROUP_ID_NOT_FOUND
                : error;
    }

    private static GroupSnapshot snapshot(
            GroupShard shard, Group group, OctavoDescribeGroupsRequest request) {
        return GroupSnapshot.of(
                shard, group, request.includePartitions(), request.includeRebalances());
    }

    private void runNamed(
            String groupId,
            BiFunction<GroupShard, String, Write> operation,
            Consumer<ErrorCode> answer) {
        if (groupId.isEmpty()) {
            answer.accept(ErrorCode.INVALID_GROUP_ID);
        } else {
            run(groupId, operation, answer);
        }
    }

    /// Runs an operation when its group has its turn.
    ///
    /// @param answer told an error when it never gets one
    void run(
            String groupId,
            BiFunction<GroupShard, String, Write> operation,
            Consumer<ErrorCode> answer) {
        if (groupId.length() > ID_CHARS_MAX) {
            answer.accept(ErrorCode.INVALID_GROUP_ID);
            return;
        }
        shards.run(groupId, shard -> operation.apply(shard, groupId), answer);
    }

    private static ErrorCode unlessLoading(ErrorCode error, ErrorCode loading) {
        return error == ErrorCode.COORDINATOR_LOAD_IN_PROGRESS ? loading : error;
    }
}
