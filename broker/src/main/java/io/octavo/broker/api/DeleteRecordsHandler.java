package io.octavo.broker.api;

import io.octavo.broker.replica.HostedTopic;
import io.octavo.broker.replica.Partition;
import io.octavo.broker.replica.PartitionTable;
import io.octavo.broker.replica.RecordDeletion;
import io.octavo.broker.replica.Rejection;
import io.octavo.ports.Loop;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.DeleteRecordsRequest;
import io.octavo.protocol.message.DeleteRecordsRequest.DeleteRecordsPartition;
import io.octavo.protocol.message.DeleteRecordsRequest.DeleteRecordsTopic;
import io.octavo.protocol.message.DeleteRecordsResponse;
import io.octavo.protocol.message.DeleteRecordsResponse.DeleteRecordsPartitionResult;
import io.octavo.protocol.message.DeleteRecordsResponse.DeleteRecordsTopicResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// DeleteRecords (KIP-107): gives up the records before an offset, for good when it is answered. Of
/// a partition that is named more than once the last offset counts. What is not done when the
/// client's time is over may still be done, if it has begun: what waits for a log to be opened is
/// given up.
public final class DeleteRecordsHandler
        implements Handler<DeleteRecordsRequest, DeleteRecordsResponse> {
    private static final long UNKNOWN = -1;

    private final PartitionTable partitions;
    private final Executor workers;

    /// @param workers wait for the disk
    public DeleteRecordsHandler(PartitionTable partitions, Executor workers) {
        this.partitions = partitions;
        this.workers = workers;
    }

    @Override
    public Api<DeleteRecordsRequest, DeleteRecordsResponse> api() {
        return DeleteRecordsRequest.API;
    }

    @Override
    public Reply<DeleteRecordsResponse> handle(
            DeleteRecordsRequest request, RequestContext context) {
        return new Deleting(request).begin(context.loop(), request.timeoutMs());
    }

    /// One request on its way. Begun on the connection's loop.
    private final class Deleting {
        private final Later<DeleteRecordsResponse> later = new Later<>();
        private final Map<String, Map<Integer, Outcome>> outcomes = new LinkedHashMap<>();
        private final List<RecordDeletion> deletions = new ArrayList<>();

        /// Deletions that are not done, and one more until all have begun.
        private final AtomicInteger left = new AtomicInteger(1);

        private Loop.@Nullable Timer timer;

        Deleting(DeleteRecordsRequest request) {
            wanted(request)
                    .forEach((name, offsets) -> {
                        HostedTopic topic = partitions.topic(name);
                        Map<Integer, Outcome> ofTopic = new LinkedHashMap<>();
                        outcomes.put(name, ofTopic);
                        offsets.forEach((index, offset) ->
                                ofTopic.put(index, outcome(topic, index, offset)));
                    });
        }

        private Outcome outcome(@Nullable HostedTopic topic, int index, long offset) {
            ErrorCode refused = refused(topic, index);
            Partition partition = topic == null ? null : topic.partition(index);
            RecordDeletion deletion = null;
            if (refused == ErrorCode.NONE && partition != null) {
                deletion = new RecordDeletion(partition, offset, this::oneDone);
                deletions.add(deletion);
            }
            return new Outcome(refused, partition, deletion);
        }

        Later<DeleteRecordsResponse> begin(Loop loop, int timeoutMs) {
            timer = loop.schedule(Math.max(0, timeoutMs), this::timeUp);
            later.onAbandoned(this::giveUp);
            left.addAndGet(deletions.size());
            for (Map<Integer, Outcome> ofTopic : outcomes.values()) {
                for (Outcome outcome : ofTopic.values()) {
                    if (outcome.deletion != null) {
                        Objects.requireNonNull(outcome.partition).delete(outcome.deletion);
                    }
                }
            }
            oneDone();
            return later;
        }

        private void timeUp() {
            later.complete(answer(outcomes, true));
            giveUp();
        }

        /// Nobody waits any more: what waits for a log to be opened must not keep the request.
        private void giveUp() {
            for (RecordDeletion deletion : deletions) {
                if (deletion.abandon()) {
                    oneDone();
                }
            }
        }

        private void oneDone() {
            if (left.decrementAndGet() == 0) {
                finish();
            }
        }

        /// Settles the reply whatever happens: a client waits for it.
        private void finish() {
            if (deletions.stream().allMatch(deletion -> deletion.rejection() != null)) {
                end();
                return;
            }
            try {
                workers.execute(() -> {
                    try {
                        RecordDeletion.persist(deletions);
                    } catch (RuntimeException defect) {
                        later.settle(
                                new Reply.Close<>("the deletion of records failed: " + defect));
                        throw defect;
                    } finally {
                        end();
                    }
                });
            } catch (RejectedExecutionException stopping) {
                later.settle(new Reply.Close<>("the node is stopping"));
                end();
            }
        }

        private void end() {
            later.complete(answer(outcomes, false));
            if (timer != null) {
                timer.cancel();
            }
        }
    }

    /// What becomes of one partition.
    ///
    /// @param deletion null where it is refused
    private record Outcome(
            ErrorCode refused, @Nullable Partition partition, @Nullable RecordDeletion deletion) {
        /// @param timeUp whether it may not be done yet, or not for good
        DeleteRecordsPartitionResult result(int index, boolean timeUp) {
            if (deletion == null) {
                return new DeleteRecordsPartitionResult(index, UNKNOWN, refused.code());
            }
            Rejection rejection = deletion.rejection();
            ErrorCode unlessRefused = timeUp ? ErrorCode.REQUEST_TIMED_OUT : ErrorCode.NONE;
            ErrorCode error = rejection == null ? unlessRefused : rejection.error();
            long startOffset = error == ErrorCode.NONE ? deletion.startOffset() : UNKNOWN;
            return new DeleteRecordsPartitionResult(index, startOffset, error.code());
        }
    }

    private static Map<String, Map<Integer, Long>> wanted(DeleteRecordsRequest request) {
        Map<String, Map<Integer, Long>> wanted = new LinkedHashMap<>();
        for (DeleteRecordsTopic topic : request.topics()) {
            Map<Integer, Long> offsets =
                    wanted.computeIfAbsent(topic.name(), _ -> new LinkedHashMap<>());
            for (DeleteRecordsPartition partition : topic.partitions()) {
                offsets.put(partition.partitionIndex(), partition.offset());
            }
        }
        return wanted;
    }

    private static ErrorCode refused(@Nullable HostedTopic topic, int index) {
        if (topic == null || !topic.has(index)) {
            return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        }
        if (topic.internal()) {
            return ErrorCode.INVALID_TOPIC_EXCEPTION;
        }
        Partition partition = topic.partition(index);
        if (partition == null) {
            return ErrorCode.NOT_LEADER_OR_FOLLOWER;
        }
        if (topic.keepsAll()) {
            return ErrorCode.POLICY_VIOLATION;
        }
        Rejection crowded = partition.crowded();
        return crowded == null ? ErrorCode.NONE : crowded.error();
    }

    private static DeleteRecordsResponse answer(
            Map<String, Map<Integer, Outcome>> outcomes, boolean timeUp) {
        List<DeleteRecordsTopicResult> topics = new ArrayList<>(outcomes.size());
        outcomes.forEach((name, ofTopic) -> {
            List<DeleteRecordsPartitionResult> results = new ArrayList<>(ofTopic.size());
            ofTopic.forEach((index, outcome) -> results.add(outcome.result(index, timeUp)));
            topics.add(new DeleteRecordsTopicResult(name, results));
        });
        return new DeleteRecordsResponse(0, topics);
    }
}
