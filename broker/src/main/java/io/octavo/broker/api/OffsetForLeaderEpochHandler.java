package io.octavo.broker.api;

import io.octavo.broker.replica.HostedTopic;
import io.octavo.broker.replica.Partition;
import io.octavo.broker.replica.PartitionTable;
import io.octavo.log.EpochHistory;
import io.octavo.log.Log;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.OffsetForLeaderEpochRequest;
import io.octavo.protocol.message.OffsetForLeaderEpochRequest.OffsetForLeaderPartition;
import io.octavo.protocol.message.OffsetForLeaderEpochRequest.OffsetForLeaderTopic;
import io.octavo.protocol.message.OffsetForLeaderEpochResponse;
import io.octavo.protocol.message.OffsetForLeaderEpochResponse.EpochEndOffset;
import io.octavo.protocol.message.OffsetForLeaderEpochResponse.OffsetForLeaderTopicResult;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// OffsetForLeaderEpoch: where a leader epoch ends in the log, by which a reader finds out whether
/// what it has read is still there (KIP-101, KIP-279, KIP-320).
public final class OffsetForLeaderEpochHandler
        implements Handler<OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse> {
    /// Longer than others wait for logs to open, as after a crash they all do at once: a Java
    /// consumer (4.3.1, OffsetFetcherUtils) that is refused an answer about a partition it has
    /// given up meanwhile forgets to ask again about those it has, and reads nothing until
    /// `request.timeout.ms` has passed, or, where it speaks the classic protocol, fails altogether.
    /// Not nearly that long, because the connection's other requests wait behind this one. For the
    /// same reason what is refused whatever the logs hold is refused at once.
    private static final long OPENING_WAIT_MS = 5_000;

    private final PartitionTable partitions;

    public OffsetForLeaderEpochHandler(PartitionTable partitions) {
        this.partitions = partitions;
    }

    @Override
    public Api<OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse> api() {
        return OffsetForLeaderEpochRequest.API;
    }

    @Override
    public Reply<OffsetForLeaderEpochResponse> handle(
            OffsetForLeaderEpochRequest request, RequestContext context) {
        List<Partition> asked = new ArrayList<>();
        boolean refused = false;
        for (OffsetForLeaderTopic topic : request.topics()) {
            HostedTopic hosted = partitions.topic(topic.topic());
            for (OffsetForLeaderPartition wanted : topic.partitions()) {
                Partition partition = hosted == null ? null : hosted.partition(wanted.partition());
                if (partition == null || refusal(partition, wanted) != ErrorCode.NONE) {
                    refused = true;
                } else {
                    asked.add(partition);
                }
            }
        }
        if (LogsOpen.all(asked) || refused) {
            return new Reply.Now<>(answer(request));
        }
        Later<OffsetForLeaderEpochResponse> later = new Later<>();
        LogsOpen.await(
                asked, OPENING_WAIT_MS, context.loop(), () -> later.complete(answer(request)));
        return later;
    }

    private OffsetForLeaderEpochResponse answer(OffsetForLeaderEpochRequest request) {
        List<OffsetForLeaderTopicResult> topics = new ArrayList<>(request.topics().size());
        for (OffsetForLeaderTopic topic : request.topics()) {
            HostedTopic hosted = partitions.topic(topic.topic());
            List<EpochEndOffset> answers = new ArrayList<>(topic.partitions().size());
            for (OffsetForLeaderPartition wanted : topic.partitions()) {
                answers.add(answer(hosted, wanted));
            }
            topics.add(new OffsetForLeaderTopicResult(topic.topic(), answers));
        }
        return new OffsetForLeaderEpochResponse(0, topics);
    }

    private static EpochEndOffset answer(
            @Nullable HostedTopic topic, OffsetForLeaderPartition wanted) {
        if (topic == null || !topic.has(wanted.partition())) {
            return error(wanted, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        }
        Partition partition = topic.partition(wanted.partition());
        if (partition == null) {
            return error(wanted, ErrorCode.NOT_LEADER_OR_FOLLOWER);
        }
        ErrorCode refused = refusal(partition, wanted);
        if (refused != ErrorCode.NONE) {
            return error(wanted, refused);
        }
        Log log = partition.log();
        if (log == null) {
            return error(wanted, partition.closed().error());
        }
        EpochHistory.EpochEnd end = partition.epochEnd(log, wanted.leaderEpoch());
        return new EpochEndOffset(
                ErrorCode.NONE.code(), wanted.partition(), end.epoch(), end.endOffset());
    }

    private static ErrorCode refusal(Partition partition, OffsetForLeaderPartition wanted) {
        return partition.admits(wanted.currentLeaderEpoch());
    }

    private static EpochEndOffset error(OffsetForLeaderPartition wanted, ErrorCode error) {
        return new EpochEndOffset(
                error.code(), wanted.partition(), EpochHistory.NO_EPOCH, EpochHistory.NO_OFFSET);
    }
}
