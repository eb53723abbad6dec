package io.octavo.broker.api;

import io.octavo.broker.group.Groups;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.OffsetFetchRequest;
import io.octavo.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import io.octavo.protocol.message.OffsetFetchRequest.OffsetFetchRequestTopic;
import io.octavo.protocol.message.OffsetFetchRequest.OffsetFetchRequestTopics;
import io.octavo.protocol.message.OffsetFetchResponse;
import io.octavo.protocol.message.OffsetFetchResponse.OffsetFetchResponseGroup;
import io.octavo.protocol.message.OffsetFetchResponse.OffsetFetchResponsePartition;
import io.octavo.protocol.message.OffsetFetchResponse.OffsetFetchResponsePartitions;
import io.octavo.protocol.message.OffsetFetchResponse.OffsetFetchResponseTopic;
import io.octavo.protocol.message.OffsetFetchResponse.OffsetFetchResponseTopics;
import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// OffsetFetch: how far groups have come, in the partitions that are named or in all. Old versions
/// ask for one group, in another form. What is told of a partition is far more than its name, so
/// one that is named twice is answered once.
public final class OffsetFetchHandler implements Handler<OffsetFetchRequest, OffsetFetchResponse> {
    /// From this version on several groups are asked for at once.
    private static final int GROUPS_FROM = 8;

    /// From this version on there is a place for an error of the group.
    private static final int GROUP_ERROR_FROM = 2;

    private static final long NO_OFFSET = -1;
    private static final int NO_EPOCH = -1;

    private final Groups groups;

    public OffsetFetchHandler(Groups groups) {
        this.groups = groups;
    }

    @Override
    public Api<OffsetFetchRequest, OffsetFetchResponse> api() {
        return OffsetFetchRequest.API;
    }

    @Override
    public Reply<OffsetFetchResponse> handle(OffsetFetchRequest request, RequestContext context) {
        if (namesTwice(request)) {
            return new Reply.Close<>("offsets of more partitions than any client has");
        }
        int version = context.apiVersion();
        boolean single = version < GROUPS_FROM;
        List<OffsetFetchRequestGroup> wanted = single ? List.of(single(request)) : request.groups();
        List<CompletionStage<OffsetFetchResponseGroup>> answers = new ArrayList<>(wanted.size());
        Set<Named> before = new HashSet<>();
        for (OffsetFetchRequestGroup group : wanted) {
            CompletableFuture<OffsetFetchResponseGroup> answer = new CompletableFuture<>();
            answers.add(answer);
            groups.fetchOffsets(without(before, group), version, answer::complete);
        }
        return Gathering.reply(
                answers,
                all ->
                        single
                                ? single(request, all.getFirst(), version)
                                : OffsetFetchResponse.defaults().withGroups(all));
    }

    /// Whether all offsets of one group are asked for more than once, which makes a large answer of
    /// a small request.
    private static boolean namesTwice(OffsetFetchRequest request) {
        Set<String> all = new HashSet<>();
        for (OffsetFetchRequestGroup group : request.groups()) {
            if (group.topics() == null && !all.add(group.groupId())) {
                return true;
            }
        }
        return false;
    }

    /// A group's partition, as it is asked for.
    private record Named(String group, String topic, Uuid id, int partition) {}

    /// What is asked of a group, but for what was before.
    ///
    /// @param before takes up what is not in it yet
    private static OffsetFetchRequestGroup without(
            Set<Named> before, OffsetFetchRequestGroup group) {
        List<OffsetFetchRequestTopics> topics = group.topics();
        if (topics == null) {
            return group;
        }
        List<OffsetFetchRequestTopics> left = new ArrayList<>(topics.size());
        for (OffsetFetchRequestTopics topic : topics) {
            List<Integer> partitions = new ArrayList<>(topic.partitionIndexes().size());
            for (int index : topic.partitionIndexes()) {
                if (before.add(new Named(group.groupId(), topic.name(), topic.topicId(), index))) {
                    partitions.add(index);
                }
            }
            left.add(topic.withPartitionIndexes(partitions));
        }
        return group.withTopics(left);
    }

    private static OffsetFetchRequestGroup single(OffsetFetchRequest request) {
        List<OffsetFetchRequestTopic> named = request.topics();
        List<OffsetFetchRequestTopics> topics = null;
        if (named != null) {
            topics = new ArrayList<>(named.size());
            for (OffsetFetchRequestTopic topic : named) {
                topics.add(
                        new OffsetFetchRequestTopics(
                                topic.name(), Uuid.ZERO, topic.partitionIndexes()));
            }
        }
        return OffsetFetchRequestGroup.defaults().withGroupId(request.groupId()).withTopics(topics);
    }

    private static OffsetFetchResponse single(
            OffsetFetchRequest request, OffsetFetchResponseGroup group, int version) {
        if (group.errorCode() != ErrorCode.NONE.code() && version < GROUP_ERROR_FROM) {
            return OffsetFetchResponse.defaults()
                    .withTopics(failed(request.topics(), group.errorCode()));
        }
        List<OffsetFetchResponseTopic> topics = new ArrayList<>(group.topics().size());
        for (OffsetFetchResponseTopics topic : group.topics()) {
            List<OffsetFetchResponsePartition> partitions =
                    new ArrayList<>(topic.partitions().size());
            for (OffsetFetchResponsePartitions partition : topic.partitions()) {
                partitions.add(
                        new OffsetFetchResponsePartition(
                                partition.partitionIndex(),
                                partition.committedOffset(),
                                partition.committedLeaderEpoch(),
                                partition.metadata(),
                                partition.errorCode()));
            }
            topics.add(new OffsetFetchResponseTopic(topic.name(), partitions));
        }
        return new OffsetFetchResponse(0, topics, group.errorCode(), List.of());
    }

    private static List<OffsetFetchResponseTopic> failed(
            @Nullable List<OffsetFetchRequestTopic> named, short error) {
        List<OffsetFetchResponseTopic> topics = new ArrayList<>();
        for (OffsetFetchRequestTopic topic :
                named == null ? List.<OffsetFetchRequestTopic>of() : named) {
            List<OffsetFetchResponsePartition> partitions =
                    new ArrayList<>(topic.partitionIndexes().size());
            for (int index : topic.partitionIndexes()) {
                partitions.add(
                        new OffsetFetchResponsePartition(index, NO_OFFSET, NO_EPOCH, "", error));
            }
            topics.add(new OffsetFetchResponseTopic(topic.name(), partitions));
        }
        return topics;
    }
}
