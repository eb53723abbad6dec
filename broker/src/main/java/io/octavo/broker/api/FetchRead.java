package io.octavo.broker.api;

import io.octavo.broker.cluster.PartitionState;
import io.octavo.broker.replica.Partition;
import io.octavo.broker.replica.Rejection;
import io.octavo.log.EpochHistory;
import io.octavo.log.Log;
import io.octavo.log.LogSlice;
import io.octavo.log.ReadResult;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.FetchRequest;
import io.octavo.protocol.message.FetchResponse;
import io.octavo.protocol.message.FetchResponse.AbortedTransaction;
import io.octavo.protocol.message.FetchResponse.EpochEndOffset;
import io.octavo.protocol.message.FetchResponse.FetchableTopicResponse;
import io.octavo.protocol.message.FetchResponse.LeaderIdAndEpoch;
import io.octavo.protocol.message.FetchResponse.NodeEndpoint;
import io.octavo.protocol.message.FetchResponse.PartitionData;
import io.octavo.protocol.message.FetchResponse.SnapshotId;
import io.octavo.protocol.wire.ByteRecords;
import io.octavo.protocol.wire.Records;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One pass over a session's partitions: reads what the byte limits allow, and says what the client
/// is to know. Used once: on the connection's loop, which must not wait for the disk, or, when that
/// is not enough, on a worker, while the loop leaves the session alone.
///
/// The limits are Kafka's (KIP-74): the first partition with records gives at least one whole
/// batch, whatever the limits; from then on each gives at most what is left of the request's limit
/// and its own, the last batch cut there, and nothing if not even its first batch fits.
final class FetchRead {
    private static final byte READ_COMMITTED = 1;
    private static final int LEADER_HINTS_FROM_VERSION = 16;

    /// Clients before this version know no KAFKA_STORAGE_ERROR (KIP-112).
    private static final int STORAGE_ERROR_FROM_VERSION = 6;

    /// Room to begin with for the partitions of a session that have news.
    private static final int NEWS_LIKELY = 4;

    private static final int NO_REPLICA = -1;
    private static final long UNKNOWN = -1;
    private static final EpochEndOffset NOT_DIVERGING = EpochEndOffset.defaults();
    private static final LeaderIdAndEpoch NO_HINT = LeaderIdAndEpoch.defaults();
    private static final SnapshotId NO_SNAPSHOT = SnapshotId.defaults();
    private static final List<AbortedTransaction> NO_TRANSACTIONS = List.of();

    private final FetchParts parts;
    private final RequestContext context;
    private final boolean committedOnly;

    /// Whether partitions without news are left out.
    private final boolean newsOnly;

    private final boolean waits;
    private final List<FetchEntry> entries;
    private final List<PartitionData> answers;
    private final Map<Integer, NodeEndpoint> endpoints = new HashMap<>(0);
    private int bytesLeft;
    private long bytes;
    private boolean failed;
    private boolean early;
    private boolean cold;

    /// What a request asks for besides its partitions.
    ///
    /// @param bytesMax of records, but for the first batch
    /// @param committedOnly whether records of open and of aborted transactions are not wanted
    record Wish(int bytesMax, boolean committedOnly) {
        static Wish of(FetchRequest request, int bytesMax) {
            return new Wish(
                    Math.max(0, Math.min(request.maxBytes(), bytesMax)),
                    request.isolationLevel() == READ_COMMITTED);
        }
    }

    /// @param waits whether the disk may be waited for
    /// @param answersMax how many partitions there are
    FetchRead(
            FetchParts parts,
            RequestContext context,
            Wish wish,
            boolean newsOnly,
            boolean waits,
            int answersMax) {
        this.parts = parts;
        this.context = context;
        this.newsOnly = newsOnly;
        this.waits = waits;
        int answersLikely = newsOnly ? Math.min(NEWS_LIKELY, answersMax) : answersMax;
        entries = new ArrayList<>(answersLikely);
        answers = new ArrayList<>(answersLikely);
        committedOnly = wish.committedOnly;
        bytesLeft = wish.bytesMax;
    }

    /// Reads the partitions of a session, in its order; those that are quiet have no news. Stops at
    /// the first that is [#cold()].
    void read(FetchSession session) {
        for (FetchEntry entry : newsOnly ? session.busy() : session.entries()) {
            PartitionData answer = read(entry);
            if (cold) {
                return;
            }
            if (answer != null) {
                entries.add(entry);
                answers.add(answer);
            }
        }
    }

    /// How many bytes of records were read.
    long bytes() {
        return bytes;
    }

    /// Whether the disk has to be waited for: nothing that was read is to be used.
    boolean cold() {
        return cold;
    }

    /// Whether a file could not be read, which is to be told at once.
    boolean failed() {
        return failed;
    }

    /// Whether more is there than one answer can hold: a segment ended. That is not waited for, as
    /// in Kafka.
    boolean early() {
        return early;
    }

    /// Forgets what was read.
    void release() {
        for (PartitionData answer : answers) {
            if (answer.records() instanceof LogSlice slice) {
                slice.release();
            }
        }
    }

    /// The response; its slices are its receiver's to release. The session remembers what the
    /// client is told, and serves first next time who got nothing now.
    FetchResponse response(FetchSession session, int sessionId) {
        List<FetchableTopicResponse> topics = new ArrayList<>(1);
        List<PartitionData> ofTopic = new ArrayList<>(entries.size());
        for (int i = 0; i < entries.size(); i++) {
            FetchEntry entry = entries.get(i);
            PartitionData answer = answers.get(i);
            if (i > 0 && !entry.sameTopic(entries.get(i - 1))) {
                topics.add(topic(entries.get(i - 1), ofTopic));
                ofTopic = new ArrayList<>();
            }
            ofTopic.add(answer);
            entry.told(answer);
            if (answer.records() instanceof LogSlice) {
                session.served(entry);
            }
        }
        if (!ofTopic.isEmpty()) {
            topics.add(topic(entries.getLast(), ofTopic));
        }
        return new FetchResponse(
                0, ErrorCode.NONE.code(), sessionId, topics, List.copyOf(endpoints.values()));
    }

    private static FetchableTopicResponse topic(FetchEntry entry, List<PartitionData> partitions) {
        return new FetchableTopicResponse(entry.key().topic(), entry.key().topicId(), partitions);
    }

    /// What to say about a partition; null for nothing.
    private @Nullable PartitionData read(FetchEntry entry) {
        entry.resolve(parts.partitions());
        Partition partition = entry.partition();
        if (partition == null) {
            return unknown(entry);
        }
        ErrorCode refused = partition.admits(entry.leaderEpoch());
        if (refused != ErrorCode.NONE) {
            return error(entry, refused);
        }
        Log log = partition.log();
        if (log != null) {
            return read(entry, partition, log);
        }
        Rejection reason = partition.refusal();
        if (reason != null && !partition.opening()) {
            return error(entry, reason.error());
        }
        return newsOnly ? null : answer(entry, UNKNOWN, UNKNOWN, NOT_DIVERGING, ByteRecords.EMPTY);
    }

    /// As Kafka, which looks at no setting of the request before it knows the partition.
    private PartitionData unknown(FetchEntry entry) {
        return error(entry, entry.missing(parts.partitions()))
                .withAbortedTransactions(NO_TRANSACTIONS);
    }

    private @Nullable PartitionData read(FetchEntry entry, Partition partition, Log log) {
        long logStart = log.startOffset();
        long highWatermark = partition.highWatermark();
        EpochHistory.EpochEnd diverging = entry.diverging(partition, log);
        try {
            if (diverging != null) {
                return diverging.epoch() == EpochHistory.NO_EPOCH || entry.offset() < logStart
                        ? outOfRange(entry, log)
                        : answer(
                                entry,
                                highWatermark,
                                logStart,
                                new EpochEndOffset(diverging.epoch(), diverging.endOffset()),
                                ByteRecords.EMPTY);
            }
            long end = committedOnly ? partition.lastStableOffset() : highWatermark;
            int bytesMax = Math.min(entry.bytesMax(), bytesLeft);
            return switch (partition.read(log, entry.offset(), end, bytesMax, bytes == 0, waits)) {
                case LogSlice slice -> {
                    List<AbortedTransaction> aborted =
                            aborted(partition, log, slice, entry.offset());
                    if (cold) {
                        yield null;
                    }
                    if (committedOnly && entry.offset() < log.startOffset()) {
                        // What is known of its transactions may have gone with the old segments.
                        slice.release();
                        yield outOfRange(entry, log);
                    }
                    early |= slice.endsBefore(end);
                    bytes += slice.sizeBytes();
                    bytesLeft = Math.max(0, bytesLeft - slice.sizeBytes());
                    PartitionData answer =
                            answer(entry, highWatermark, logStart, NOT_DIVERGING, slice);
                    yield aborted.isEmpty() ? answer : answer.withAbortedTransactions(aborted);
                }
                case ReadResult.Empty _ ->
                        newsOnly && !entry.isNews(highWatermark, logStart)
                                ? null
                                : answer(
                                        entry,
                                        highWatermark,
                                        logStart,
                                        NOT_DIVERGING,
                                        ByteRecords.EMPTY);
                case ReadResult.Cold _ -> {
                    cold = true;
                    yield null;
                }
                case ReadResult.OutOfRange _ -> error(entry, ErrorCode.OFFSET_OUT_OF_RANGE);
                case ReadResult.Closed _ -> error(entry, partition.closed().error());
            };
        } catch (IOException failure) {
            failed = true;
            return error(entry, ErrorCode.KAFKA_STORAGE_ERROR);
        }
    }

    /// What is told of an offset that the log seems to start behind: one that is closed seems to
    /// start at its end.
    private PartitionData outOfRange(FetchEntry entry, Log log) throws IOException {
        log.refuseClosed();
        return error(entry, ErrorCode.OFFSET_OUT_OF_RANGE);
    }

    /// The transactions in a slice that the client has to skip, if it wants to. A slice of which
    /// that cannot be told, or not before the disk was waited for, is released.
    private List<AbortedTransaction> aborted(
            Partition partition, Log log, LogSlice slice, long offset) throws IOException {
        if (!committedOnly) {
            return NO_TRANSACTIONS;
        }
        boolean told = false;
        try {
            var found = partition.aborted(log, slice, offset, waits);
            told = found != null;
            cold = found == null;
            return found == null || found.isEmpty()
                    ? NO_TRANSACTIONS
                    : found.stream()
                            .map(one -> new AbortedTransaction(one.producerId(), one.firstOffset()))
                            .toList();
        } finally {
            if (!told) {
                slice.release();
            }
        }
    }

    private PartitionData answer(
            FetchEntry entry,
            long highWatermark,
            long logStart,
            EpochEndOffset diverging,
            Records records) {
        return new PartitionData(
                entry.key().index(),
                ErrorCode.NONE.code(),
                highWatermark,
                highWatermark,
                logStart,
                diverging,
                NO_HINT,
                NO_SNAPSHOT,
                committedOnly ? NO_TRANSACTIONS : null,
                NO_REPLICA,
                records);
    }

    private PartitionData error(FetchEntry entry, ErrorCode reason) {
        ErrorCode error =
                reason == ErrorCode.KAFKA_STORAGE_ERROR
                                && context.apiVersion() < STORAGE_ERROR_FROM_VERSION
                        ? ErrorCode.NOT_LEADER_OR_FOLLOWER
                        : reason;
        return new PartitionData(
                entry.key().index(),
                error.code(),
                UNKNOWN,
                UNKNOWN,
                UNKNOWN,
                NOT_DIVERGING,
                hint(entry, error),
                NO_SNAPSHOT,
                null,
                NO_REPLICA,
                ByteRecords.EMPTY);
    }

    private LeaderIdAndEpoch hint(FetchEntry entry, ErrorCode error) {
        boolean elsewhere =
                error == ErrorCode.NOT_LEADER_OR_FOLLOWER || error == ErrorCode.FENCED_LEADER_EPOCH;
        if (!elsewhere || context.apiVersion() < LEADER_HINTS_FROM_VERSION) {
            return NO_HINT;
        }
        FetchEntry.Key key = entry.key();
        PartitionState state =
                key.topic().isEmpty()
                        ? parts.leaders().partition(key.topicId(), key.index())
                        : parts.leaders().partition(key.topic(), key.index());
        if (state == null) {
            return NO_HINT;
        }
        Leaders.Node node = parts.leaders().node(state.leader(), context);
        if (node != null) {
            endpoints.put(
                    node.id(), new NodeEndpoint(node.id(), node.host(), node.port(), node.rack()));
        }
        return new LeaderIdAndEpoch(state.leader(), state.leaderEpoch());
    }
}
