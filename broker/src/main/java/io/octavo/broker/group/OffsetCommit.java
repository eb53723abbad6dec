package io.octavo.broker.group;

import io.octavo.broker.cluster.ClusterView;
import io.octavo.broker.cluster.Topic;
import io.octavo.broker.shard.Write;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.OffsetCommitRequest;
import io.octavo.protocol.message.OffsetCommitRequest.OffsetCommitRequestPartition;
import io.octavo.protocol.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import io.octavo.protocol.message.OffsetCommitResponse;
import io.octavo.protocol.message.OffsetCommitResponse.OffsetCommitResponsePartition;
import io.octavo.protocol.message.OffsetCommitResponse.OffsetCommitResponseTopic;
import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// OffsetCommit, for one group. Partitions that do not exist are refused each for itself; a member
/// that may not commit, and a write that fails, refuse all others.
final class OffsetCommit {
    /// From this version on topics have ids instead of names.
    private static final int IDS_FROM = 10;

    /// From this version on a client understands that a group does not exist.
    private static final int NO_GROUP_FROM = 9;

    /// That the client leaves it to the broker how long the offset is kept.
    private static final long NO_RETENTION = -1;

    private final OffsetCommitRequest request;
    private final Client client;
    private final Consumer<OffsetCommitResponse> answer;
    private final List<Asked> topics = new ArrayList<>();

    OffsetCommit(
            OffsetCommitRequest request,
            ClusterView view,
            Client client,
            Consumer<OffsetCommitResponse> answer) {
        this.request = request;
        this.client = client;
        this.answer = answer;
        for (OffsetCommitRequestTopic topic : request.topics()) {
            boolean byId = client.apiVersion() >= IDS_FROM;
            topics.add(
                    new Asked(
                            topic,
                            byId ? view.topic(topic.topicId()) : view.topic(topic.name()),
                            byId
                                    ? ErrorCode.UNKNOWN_TOPIC_ID
                                    : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION));
        }
    }

    /// @param topic null if there is none
    /// @param unknown what that is called
    private record Asked(
            OffsetCommitRequestTopic request, @Nullable Topic topic, ErrorCode unknown) {
        ErrorCode error(int partition) {
            if (topic == null) {
                return unknown;
            }
            return partition >= 0 && partition < topic.partitions().size()
                    ? ErrorCode.NONE
                    : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        }
    }

    /// Whether there is nothing to ask the group for.
    boolean isVoid() {
        for (Asked asked : topics) {
            for (OffsetCommitRequestPartition partition : asked.request.partitions()) {
                if (asked.error(partition.partitionIndex()) == ErrorCode.NONE) {
                    return false;
                }
            }
        }
        return true;
    }

    /// In the group's turn.
    Write decide(GroupShard shard) {
        String id = request.groupId();
        Group group = shard.group(id);
        ErrorCode error =
                group == null
                        ? withoutGroup()
                        : group.commits(
                                request.memberId(),
                                request.groupInstanceId(),
                                request.generationIdOrMemberEpoch(),
                                client);
        if (error != ErrorCode.NONE) {
            return Write.answer(() -> refuse(error));
        }
        ErrorCode outdated = group == null ? ErrorCode.NONE : outdated(group);
        if (outdated != ErrorCode.NONE) {
            return Write.answer(() -> refuse(outdated));
        }
        OffsetChanges changes = new OffsetChanges(id);
        OffsetCommitResponse response = commit(shard.context(), changes);
        if (changes.isTooMuch()) {
            return Write.answer(() -> refuse(ErrorCode.INVALID_COMMIT_OFFSET_SIZE));
        }
        Runnable committed =
                () -> {
                    changes.applyTo(shard.offsets());
                    if (group != null && !request.memberId().isEmpty()) {
                        group.committed(request.memberId());
                    } else if (group == null && !changes.isEmpty()) {
                        shard.putOffsetsOnly(id);
                    }
                    answer.accept(response);
                };
        return new Write(changes.records(), committed, this::refuse);
    }

    /// Answers the partitions that exist with an error.
    void refuse(ErrorCode error) {
        answer.accept(answer((_, _) -> error));
    }

    /// Whoever is no member makes a group by committing; there is nothing else to it.
    private ErrorCode withoutGroup() {
        if (request.generationIdOrMemberEpoch() < 0) {
            return ErrorCode.NONE;
        }
        return client.apiVersion() >= NO_GROUP_FROM
                ? ErrorCode.GROUP_ID_NOT_FOUND
                : ErrorCode.ILLEGAL_GENERATION;
    }

    /// Whether a partition does not belong to the member in its epoch: then nothing is committed.
    private ErrorCode outdated(Group group) {
        for (Asked asked : topics) {
            for (OffsetCommitRequestPartition partition : asked.request.partitions()) {
                int index = partition.partitionIndex();
                if (asked.topic != null && asked.error(index) == ErrorCode.NONE) {
                    ErrorCode error =
                            group.commits(
                                    request.memberId(),
                                    request.generationIdOrMemberEpoch(),
                                    asked.topic.id(),
                                    index);
                    if (error != ErrorCode.NONE) {
                        return error;
                    }
                }
            }
        }
        return ErrorCode.NONE;
    }

    private OffsetCommitResponse commit(GroupContext context, OffsetChanges changes) {
        int metadataMax = context.config().get().metadataBytesMax();
        long nowMs = context.clock().wallMs();
        return answer((topic, partition) -> {
            String metadata = partition.committedMetadata();
            if (metadata != null && metadata.length() > metadataMax) {
                return ErrorCode.OFFSET_METADATA_TOO_LARGE;
            }
            if (!changes.isTooMuch()) {
                changes.put(
                        topic.name(), partition.partitionIndex(), offset(topic, partition, nowMs));
            }
            return ErrorCode.NONE;
        });
    }

    private CommittedOffset offset(
            Topic topic, OffsetCommitRequestPartition partition, long nowMs) {
        String metadata = partition.committedMetadata();
        long retentionMs = request.retentionTimeMs();
        boolean expires = retentionMs != NO_RETENTION;
        // With an end of its own it is written in a form that says neither epoch nor id.
        return new CommittedOffset(
                partition.committedOffset(),
                expires ? CommittedOffset.UNKNOWN : partition.committedLeaderEpoch(),
                metadata == null ? "" : metadata,
                nowMs,
                expires ? endMs(nowMs, retentionMs) : CommittedOffset.UNKNOWN,
                expires ? Uuid.ZERO : topic.id());
    }

    private static long endMs(long nowMs, long retentionMs) {
        return retentionMs < 0 ? nowMs : Math.min(retentionMs, Long.MAX_VALUE - nowMs) + nowMs;
    }

    /// @param outcome asked for every partition that exists
    private OffsetCommitResponse answer(
            BiFunction<Topic, OffsetCommitRequestPartition, ErrorCode> outcome) {
        List<OffsetCommitResponseTopic> answers = new ArrayList<>(topics.size());
        for (Asked asked : topics) {
            OffsetCommitRequestTopic wanted = asked.request;
            List<OffsetCommitResponsePartition> partitions =
                    new ArrayList<>(wanted.partitions().size());
            for (OffsetCommitRequestPartition partition : wanted.partitions()) {
                ErrorCode error = asked.error(partition.partitionIndex());
                if (error == ErrorCode.NONE && asked.topic != null) {
                    error = outcome.apply(asked.topic, partition);
                }
                partitions.add(
                        new OffsetCommitResponsePartition(
                                partition.partitionIndex(), error.code()));
            }
            answers.add(new OffsetCommitResponseTopic(wanted.name(), wanted.topicId(), partitions));
        }
        return new OffsetCommitResponse(0, answers);
    }
}
