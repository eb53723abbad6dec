package io.octavo.client.group;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.octavo.client.ClientException;
import io.octavo.client.Coordinator;
import io.octavo.client.Refused;
import io.octavo.client.TopicPartition;
import io.octavo.ports.Deadline;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.api.VersionRange;
import io.octavo.protocol.message.OffsetCommitRequest;
import io.octavo.protocol.message.OffsetCommitRequest.OffsetCommitRequestPartition;
import io.octavo.protocol.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import io.octavo.protocol.message.OffsetCommitResponse;
import io.octavo.protocol.message.OffsetFetchRequest;
import io.octavo.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import io.octavo.protocol.message.OffsetFetchRequest.OffsetFetchRequestTopics;
import io.octavo.protocol.message.OffsetFetchResponse;
import io.octavo.protocol.message.OffsetFetchResponse.OffsetFetchResponseGroup;
import io.octavo.protocol.wire.Request;
import io.octavo.protocol.wire.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/// What a group has committed, as one of its members reads and writes it: again and again, as
/// whatever the member is by then, until it succeeds, fails for good, or the time is over. Its
/// futures fail with a [ClientException]; any thread may ask.
final class GroupOffsets {
    /// In these versions of OffsetFetch a request names groups, and these their topics.
    private static final VersionRange FETCH_VERSIONS = new VersionRange(8, 9);

    /// Later ones do not name topics.
    private static final VersionRange COMMIT_VERSIONS = new VersionRange(2, 9);

    private static final int AGAIN_MS = 100;

    private final Coordinator coordinator;
    private final String group;
    private final Supplier<Assignment> member;

    /// @param member what it is now
    GroupOffsets(Coordinator coordinator, String group, Supplier<Assignment> member) {
        this.coordinator = coordinator;
        this.group = group;
        this.member = member;
    }

    /// The committed offsets; partitions that have none are left out.
    CompletableFuture<Map<TopicPartition, Long>> committed(Set<TopicPartition> partitions) {
        List<OffsetFetchRequestTopics> topics = new ArrayList<>();
        partitions.stream()
                .collect(
                        groupingBy(
                                TopicPartition::topic,
                                mapping(TopicPartition::partition, toList())))
                .forEach((topic, its) ->
                        topics.add(
                                OffsetFetchRequestTopics.defaults()
                                        .withName(topic)
                                        .withPartitionIndexes(its)));
        return new Attempts<>(
                        OffsetFetchRequest.API,
                        FETCH_VERSIONS,
                        () -> fetching(topics),
                        this::fetched,
                        coordinator.config().apiTimeoutMs())
                .begin();
    }

    /// Commits.
    ///
    /// @param offsets of the next record to process
    /// @param timeoutMs for all tries
    CompletableFuture<Boolean> commit(Map<TopicPartition, Long> offsets, int timeoutMs) {
        List<OffsetCommitRequestTopic> topics = new ArrayList<>();
        offsets.keySet().stream()
                .collect(groupingBy(TopicPartition::topic))
                .forEach((topic, its) ->
                        topics.add(
                                OffsetCommitRequestTopic.defaults()
                                        .withName(topic)
                                        .withPartitions(
                                                its.stream()
                                                        .map(one -> committing(one, offsets))
                                                        .toList())));
        int losses = member.get().losses();
        return new Attempts<>(
                        OffsetCommitRequest.API,
                        COMMIT_VERSIONS,
                        () -> committing(topics, losses),
                        this::committed,
                        timeoutMs)
                .begin();
    }

    private OffsetFetchRequest fetching(List<OffsetFetchRequestTopics> topics) {
        Assignment now = member.get();
        OffsetFetchRequestGroup its =
                OffsetFetchRequestGroup.defaults().withGroupId(group).withTopics(topics);
        if (now.byEpoch()) {
            its = its.withMemberId(now.memberId()).withMemberEpoch(now.epoch());
        }
        return OffsetFetchRequest.defaults().withGroups(List.of(its)).withRequireStable(true);
    }

    private Map<TopicPartition, Long> fetched(OffsetFetchResponse answer) {
        Map<TopicPartition, Long> committed = new HashMap<>();
        for (OffsetFetchResponseGroup its : answer.groups()) {
            Refused.check("group " + group, its.errorCode(), null);
            its.topics()
                    .forEach(topic ->
                            topic.partitions()
                                    .forEach(one -> {
                                        TopicPartition partition =
                                                new TopicPartition(
                                                        topic.name(), one.partitionIndex());
                                        Refused.check(
                                                "group " + group + ", " + partition,
                                                one.errorCode(),
                                                null);
                                        if (one.committedOffset() >= 0) {
                                            committed.put(partition, one.committedOffset());
                                        }
                                    }));
        }
        return committed;
    }

    private static OffsetCommitRequestPartition committing(
            TopicPartition partition, Map<TopicPartition, Long> offsets) {
        return OffsetCommitRequestPartition.defaults()
                .withPartitionIndex(partition.partition())
                .withCommittedOffset(offsets.getOrDefault(partition, 0L))
                .withCommittedMetadata("");
    }

    /// @param losses those there were when the offsets were told: since another one others may have
    ///   read on from there, and must not be taken back
    private OffsetCommitRequest committing(List<OffsetCommitRequestTopic> topics, int losses) {
        Assignment now = member.get();
        if (now.losses() != losses) {
            throw new Refused("group " + group, ErrorCode.UNKNOWN_MEMBER_ID, null);
        }
        return OffsetCommitRequest.defaults()
                .withGroupId(group)
                .withMemberId(now.memberId())
                .withGenerationIdOrMemberEpoch(now.epoch())
                .withTopics(topics);
    }

    /// A partition that is gone needs no offset.
    private boolean committed(OffsetCommitResponse answer) {
        answer.topics()
                .forEach(topic ->
                        topic.partitions()
                                .forEach(one -> {
                                    ErrorCode error = ErrorCode.of(one.errorCode());
                                    if (error != ErrorCode.UNKNOWN_TOPIC_OR_PARTITION) {
                                        Refused.check(
                                                "group "
                                                        + group
                                                        + ", "
                                                        + topic.name()
                                                        + "-"
                                                        + one.partitionIndex(),
                                                one.errorCode(),
                                                null);
                                    }
                                }));
        return true;
    }

    /// One question until it is answered well.
    private final class Attempts<Q extends Request, R extends Response, T> {
        private final Api<Q, R> api;
        private final VersionRange versions;
        private final Supplier<Q> request;
        private final Function<R, T> read;
        private final Deadline deadline;
        private final CompletableFuture<T> result = new CompletableFuture<>();

        /// @param read takes what is wanted from an answer, or throws a [Refused]
        Attempts(
                Api<Q, R> api,
                VersionRange versions,
                Supplier<Q> request,
                Function<R, T> read,
                int timeoutMs) {
            this.api = api;
            this.versions = versions;
            this.request = request;
            this.read = read;
            deadline = Deadline.after(coordinator.clock(), timeoutMs);
        }

        CompletableFuture<T> begin() {
            coordinator.loop().execute(this::attempt);
            return result;
        }

        private void attempt() {
            int usualMs = coordinator.config().requestTimeoutMs();
            long leftMs = deadline.remainingMs(coordinator.clock());
            Q asked;
            try {
                asked = request.get();
            } catch (Refused outdated) {
                result.completeExceptionally(outdated);
                return;
            }
            coordinator.ask(
                    api,
                    versions,
                    asked,
                    Math.clamp(leftMs, 1, usualMs),
                    this::answered,
                    this::failed);
        }

        private void answered(R answer) {
            try {
                result.complete(read.apply(answer));
            } catch (Refused refused) {
                if (Membership.isElsewhere(refused.code())) {
                    coordinator.drop();
                }
                failed(refused);
            }
        }

        private void failed(ClientException problem) {
            boolean later =
                    coordinator.isRetriable(problem)
                            || (problem instanceof Refused refused
                                    && refused.code() == ErrorCode.STALE_MEMBER_EPOCH);
            if (later && deadline.remainingMs(coordinator.clock()) > AGAIN_MS) {
                coordinator.loop().schedule(AGAIN_MS, this::attempt);
            } else {
                result.completeExceptionally(problem);
            }
        }
    }
}
