package io.octavo.broker.api;

import io.octavo.broker.replica.HostedTopic;
import io.octavo.broker.replica.Partition;
import io.octavo.broker.replica.PartitionTable;
import io.octavo.log.EpochHistory;
import io.octavo.log.Log;
import io.octavo.log.TimestampedOffset;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.ListOffsetsRequest;
import io.octavo.protocol.message.ListOffsetsRequest.ListOffsetsPartition;
import io.octavo.protocol.message.ListOffsetsRequest.ListOffsetsTopic;
import io.octavo.protocol.message.ListOffsetsResponse;
import io.octavo.protocol.message.ListOffsetsResponse.ListOffsetsPartitionResponse;
import io.octavo.protocol.message.ListOffsetsResponse.ListOffsetsTopicResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// ListOffsets: the first offset, the end of what is visible, or the first offset of a time. As in
/// Fetch every client is served as a consumer; but who asks for what is new waits until what the
/// log has by then is visible. Searching for a time reads files, on a worker, which goes from one
/// request to the next with each partition that it has searched.
public final class ListOffsetsHandler implements Handler<ListOffsetsRequest, ListOffsetsResponse> {
    /// Timestamps with a meaning of their own.
    private static final long LATEST = -1;

    private static final long EARLIEST = -2;
    private static final long MAX_TIMESTAMP = -3;
    private static final long EARLIEST_LOCAL = -4;
    private static final long LATEST_TIERED = -5;
    private static final long EARLIEST_PENDING_UPLOAD = -6;

    private static final int LEADER_EPOCH_FROM_VERSION = 4;
    private static final byte READ_COMMITTED = 1;
    private static final long UNKNOWN = -1;
    private static final int NO_EPOCH = -1;

    /// How many topics and partitions may be named by requests that wait for a search, in all.
    private static final int WAITING_MAX = 200_000;

    private final PartitionTable partitions;
    private final Executor workers;

    /// How many are.
    private final AtomicInteger waiting = new AtomicInteger();

    /// @param workers search the logs
    public ListOffsetsHandler(PartitionTable partitions, Executor workers) {
        this.partitions = partitions;
        this.workers = workers;
    }

    @Override
    public Api<ListOffsetsRequest, ListOffsetsResponse> api() {
        return ListOffsetsRequest.API;
    }

    @Override
    public Reply<ListOffsetsResponse> handle(ListOffsetsRequest request, RequestContext context) {
        int version = context.apiVersion();
        List<Partition> asked = new ArrayList<>();
        Set<Partition> visible = new HashSet<>();
        boolean searches = false;
        for (ListOffsetsTopic topic : request.topics()) {
            HostedTopic hosted = partitions.topic(topic.name());
            for (ListOffsetsPartition wanted : topic.partitions()) {
                Partition partition =
                        hosted == null ? null : hosted.partition(wanted.partitionIndex());
                if (partition != null) {
                    asked.add(partition);
                    searches |= searches(wanted.timestamp());
                    if (searches(wanted.timestamp()) || wanted.timestamp() == LATEST) {
                        visible.add(partition);
                    }
                }
            }
        }
        if (!searches && LogsOpen.all(asked, visible)) {
            return new Reply.Now<>(answer(request, version));
        }
        int names = names(request);
        if (searches && waiting.addAndGet(names) > WAITING_MAX) {
            waiting.addAndGet(-names);
            return new Reply.Now<>(refusal(request));
        }
        Executor searcher = searches ? workers : Runnable::run;
        Later<ListOffsetsResponse> later = new Later<>();
        Answering answering = new Answering(request, version, later, searches ? names : 0);
        later.onAbandoned(answering::abandon);
        LogsOpen.await(
                asked,
                visible,
                LogsOpen.USUAL_WAIT_MS,
                context.loop(),
                () -> answering.go(searcher));
        return later;
    }

    private static int names(ListOffsetsRequest request) {
        int names = request.topics().size();
        for (ListOffsetsTopic topic : request.topics()) {
            names += topic.partitions().size();
        }
        return names;
    }

    /// Too many wait already; clients ask again.
    private static ListOffsetsResponse refusal(ListOffsetsRequest request) {
        List<ListOffsetsTopicResponse> topics = new ArrayList<>(request.topics().size());
        for (ListOffsetsTopic topic : request.topics()) {
            topics.add(
                    new ListOffsetsTopicResponse(
                            topic.name(),
                            topic.partitions().stream()
                                    .map(wanted -> error(wanted, ErrorCode.LEADER_NOT_AVAILABLE))
                                    .toList()));
        }
        return new ListOffsetsResponse(0, topics);
    }

    /// A request that waits. Whatever happens, `later` is settled: a client waits for it. Where it
    /// does not any more nothing else is searched: who had to wait too long asks again.
    private final class Answering {
        private final Answers answers;
        private final Later<ListOffsetsResponse> later;
        private final int names;
        private volatile boolean abandoned;

        /// @param names of those that are counted as waiting
        Answering(
                ListOffsetsRequest request,
                int version,
                Later<ListOffsetsResponse> later,
                int names) {
            answers = new Answers(request, version);
            this.later = later;
            this.names = names;
        }

        void abandon() {
            abandoned = true;
        }

        void go(Executor executor) {
            try {
                executor.execute(() -> step(executor));
            } catch (RejectedExecutionException stopping) {
                end(new Reply.Close<>("the node is stopping"));
            }
        }

        private void step(Executor executor) {
            if (abandoned) {
                waiting.addAndGet(-names);
                return;
            }
            boolean more;
            try {
                more = answers.more();
            } catch (RuntimeException defect) {
                end(new Reply.Close<>("the search for offsets failed: " + defect));
                throw defect;
            }
            if (more) {
                go(executor);
            } else {
                end(new Reply.Now<>(answers.response()));
            }
        }

        private void end(Reply.Settled<ListOffsetsResponse> reply) {
            waiting.addAndGet(-names);
            later.settle(reply);
        }
    }

    private static boolean searches(long timestamp) {
        return timestamp >= 0 || timestamp == MAX_TIMESTAMP;
    }

    private ListOffsetsResponse answer(ListOffsetsRequest request, int version) {
        Answers answers = new Answers(request, version);
        while (answers.more()) {
            // Nothing is searched for.
        }
        return answers.response();
    }

    /// What of a request is answered so far. For one thread at a time.
    private final class Answers {
        private final ListOffsetsRequest request;
        private final int version;
        private final Set<String> twice;
        private final Set<String> refused = new HashSet<>();
        private final List<ListOffsetsTopicResponse> topics;
        private List<ListOffsetsPartitionResponse> answered = new ArrayList<>();

        /// How many partitions of the topic have had their turn.
        private int at;

        Answers(ListOffsetsRequest request, int version) {
            this.request = request;
            this.version = version;
            twice = namedTwice(request);
            topics = new ArrayList<>(request.topics().size());
        }

        /// Goes on, no further than behind one partition that is searched.
        ///
        /// @return whether there is more
        boolean more() {
            while (topics.size() < request.topics().size()) {
                ListOffsetsTopic topic = request.topics().get(topics.size());
                HostedTopic hosted = partitions.topic(topic.name());
                while (at < topic.partitions().size()) {
                    ListOffsetsPartition wanted = topic.partitions().get(at++);
                    answer(topic, hosted, wanted);
                    if (searches(wanted.timestamp())) {
                        return true;
                    }
                }
                topics.add(new ListOffsetsTopicResponse(topic.name(), answered));
                answered = new ArrayList<>();
                at = 0;
            }
            return false;
        }

        private void answer(
                ListOffsetsTopic topic, @Nullable HostedTopic hosted, ListOffsetsPartition wanted) {
            String name = name(topic, wanted);
            if (!twice.contains(name)) {
                answered.add(
                        ListOffsetsHandler.answer(
                                hosted, wanted, request.isolationLevel(), version));
            } else if (refused.add(name)) {
                answered.add(error(wanted, ErrorCode.INVALID_REQUEST));
            }
        }

        ListOffsetsResponse response() {
            return new ListOffsetsResponse(0, topics);
        }
    }

    private static Set<String> namedTwice(ListOffsetsRequest request) {
        Set<String> once = new HashSet<>();
        Set<String> twice = new HashSet<>();
        for (ListOffsetsTopic topic : request.topics()) {
            for (ListOffsetsPartition wanted : topic.partitions()) {
                if (!once.add(name(topic, wanted))) {
                    twice.add(name(topic, wanted));
                }
            }
        }
        return twice;
    }

    private static String name(ListOffsetsTopic topic, ListOffsetsPartition wanted) {
        return topic.name() + "-" + wanted.partitionIndex();
    }

    private static ListOffsetsPartitionResponse answer(
            @Nullable HostedTopic topic, ListOffsetsPartition wanted, byte isolation, int version) {
        if (version < fromVersion(wanted.timestamp())) {
            return error(wanted, ErrorCode.UNSUPPORTED_VERSION);
        }
        if (topic == null || !topic.has(wanted.partitionIndex())) {
            return error(wanted, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        }
        Partition partition = topic.partition(wanted.partitionIndex());
        ErrorCode refused =
                partition == null
                        ? ErrorCode.NOT_LEADER_OR_FOLLOWER
                        : partition.admits(wanted.currentLeaderEpoch());
        if (refused != ErrorCode.NONE || partition == null) {
            return error(wanted, refused);
        }
        Log log = partition.log();
        if (log == null) {
            return error(wanted, partition.closed().error());
        }
        try {
            TimestampedOffset found = find(partition, log, wanted.timestamp(), isolation);
            return new ListOffsetsPartitionResponse(
                    wanted.partitionIndex(),
                    ErrorCode.NONE.code(),
                    found.timestamp(),
                    found.offset(),
                    version >= LEADER_EPOCH_FROM_VERSION ? found.leaderEpoch() : NO_EPOCH);
        } catch (IOException failure) {
            return error(wanted, ErrorCode.KAFKA_STORAGE_ERROR);
        }
    }

    /// The first version that knows a timestamp's meaning; none knows other negative numbers.
    private static int fromVersion(long timestamp) {
        if (timestamp >= 0) {
            return 0;
        }
        return switch ((int) Math.max(timestamp, Integer.MIN_VALUE)) {
            case (int) LATEST, (int) EARLIEST -> 0;
            case (int) MAX_TIMESTAMP -> 7;
            case (int) EARLIEST_LOCAL -> 8;
            case (int) LATEST_TIERED -> 9;
            case (int) EARLIEST_PENDING_UPLOAD -> 11;
            default -> Integer.MAX_VALUE;
        };
    }

    private static TimestampedOffset find(
            Partition partition, Log log, long timestamp, byte isolation) throws IOException {
        if (timestamp == LATEST) {
            return new TimestampedOffset(
                    UNKNOWN, end(partition, isolation), partition.leaderEpoch());
        }
        if (timestamp == EARLIEST || timestamp == EARLIEST_LOCAL) {
            var earliest =
                    new TimestampedOffset(
                            UNKNOWN, log.startOffset(), earliestEpoch(partition, log));
            log.refuseClosed();
            return earliest;
        }
        TimestampedOffset found = null;
        if (timestamp == MAX_TIMESTAMP) {
            found = latestVisible(partition, log, isolation);
        } else if (timestamp >= 0) {
            found = log.offsetForTimestamp(timestamp);
        }
        return found == null || found.offset() >= end(partition, isolation)
                ? new TimestampedOffset(UNKNOWN, UNKNOWN, NO_EPOCH)
                : found;
    }

    /// The newest record is often the latest, and not forced yet.
    private static @Nullable TimestampedOffset latestVisible(
            Partition partition, Log log, byte isolation) throws IOException {
        TimestampedOffset latest = log.maxTimestamp();
        return latest == null || latest.offset() < end(partition, isolation)
                ? latest
                : log.maxDurableTimestamp();
    }

    private static long end(Partition partition, byte isolation) {
        return isolation == READ_COMMITTED
                ? partition.lastStableOffset()
                : partition.highWatermark();
    }

    private static int earliestEpoch(Partition partition, Log log) {
        int epoch = log.epochs().epochAt(log.startOffset());
        return epoch == EpochHistory.NO_EPOCH ? partition.leaderEpoch() : epoch;
    }

    private static ListOffsetsPartitionResponse error(
            ListOffsetsPartition wanted, ErrorCode error) {
        return new ListOffsetsPartitionResponse(
                wanted.partitionIndex(), error.code(), UNKNOWN, UNKNOWN, NO_EPOCH);
    }
}
