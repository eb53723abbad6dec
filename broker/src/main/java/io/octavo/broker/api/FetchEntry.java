package io.octavo.broker.api;

import io.octavo.broker.replica.HostedTopic;
import io.octavo.broker.replica.Partition;
import io.octavo.broker.replica.PartitionTable;
import io.octavo.broker.replica.Watcher;
import io.octavo.log.EpochHistory;
import io.octavo.log.Log;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.FetchRequest.FetchPartition;
import io.octavo.protocol.message.FetchResponse.PartitionData;
import io.octavo.protocol.wire.Uuid;
import org.jspecify.annotations.Nullable;

/// One partition as a reader asks for it, for one request or for as long as a session lasts.
/// Belongs to the loop that has the session, except for [#changed()].
final class FetchEntry implements Watcher {
    /// A partition, by its topic's name or, from Fetch 13 on, its topic's id.
    ///
    /// @param topic empty where the id counts
    /// @param topicId zero where the name counts
    record Key(String topic, Uuid topicId, int index) {
        private static final int UNIT_CHARS = 64;

        /// As how many partitions it counts where these are bounded: one whose topic has a long
        /// name, of which it keeps a copy, as several.
        int units() {
            return 1 + topic.length() / UNIT_CHARS;
        }
    }

    /// What there is to say about a partition.
    enum State {
        /// Nothing the reader does not have.
        NOTHING,
        /// Records.
        RECORDS,
        /// An error, or that the reader's log and this one are not the same.
        NEWS,
        /// The log is being opened.
        OPENING,
        /// There is no such partition, and was not before: no reason not to wait for the others, as
        /// in Kafka.
        UNKNOWN
    }

    private final FetchSession session;
    private final Key key;
    private @Nullable Partition partition;

    private long offset;
    private int bytesMax;
    private int leaderEpoch;
    private int lastEpoch;

    /// What the session's client was told last; -1 for nothing that is still valid.
    private long toldHighWatermark = -1;

    private long toldLogStart = -1;

    /// Whether the partition will tell of its next change.
    private volatile boolean watching;

    /// Whether there was nothing to say when it was looked at, by when the partition was to tell of
    /// its next change: until then it need not be looked at again.
    private boolean quiet;

    FetchEntry(FetchSession session, Key key) {
        this.session = session;
        this.key = key;
    }

    Key key() {
        return key;
    }

    @Nullable Partition partition() {
        return partition;
    }

    /// The next offset the reader wants.
    long offset() {
        return offset;
    }

    /// As many bytes it takes of this partition.
    int bytesMax() {
        return bytesMax;
    }

    /// The epoch the reader believes in, or -1.
    int leaderEpoch() {
        return leaderEpoch;
    }

    /// The epoch of the last record the reader has, or -1.
    int lastEpoch() {
        return lastEpoch;
    }

    void ask(FetchPartition request) {
        offset = request.fetchOffset();
        bytesMax = Math.max(0, request.partitionMaxBytes());
        leaderEpoch = request.currentLeaderEpoch();
        lastEpoch = request.lastFetchedEpoch();
    }

    /// Finds the partition, if that was not done, or is not the one any more.
    void resolve(PartitionTable partitions) {
        if (partition != null && !partition.gone()) {
            return;
        }
        HostedTopic topic = topic(partitions);
        partition = topic == null ? null : topic.partition(key.index);
        // Whoever was watched is not the one any more.
        watching = false;
    }

    private @Nullable HostedTopic topic(PartitionTable partitions) {
        return key.topic.isEmpty() ? partitions.topic(key.topicId) : partitions.topic(key.topic);
    }

    /// Why there is no partition after [#resolve].
    ErrorCode missing(PartitionTable partitions) {
        HostedTopic topic = topic(partitions);
        if (topic == null) {
            return key.topic.isEmpty()
                    ? ErrorCode.UNKNOWN_TOPIC_ID
                    : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        }
        return topic.has(key.index)
                ? ErrorCode.NOT_LEADER_OR_FOLLOWER
                : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
    }

    /// What there is, without touching a file.
    State state(PartitionTable partitions) {
        // Asked first: a change that comes later is told.
        boolean told = watching;
        quiet = false;
        Partition before = partition;
        resolve(partitions);
        Partition now = partition;
        told &= now == before;
        if (now == null) {
            return before != null || missing(partitions) == ErrorCode.NOT_LEADER_OR_FOLLOWER
                    ? State.NEWS
                    : State.UNKNOWN;
        }
        if (now.admits(leaderEpoch) != ErrorCode.NONE) {
            return State.NEWS;
        }
        Log log = now.log();
        if (log == null) {
            return now.opening() ? State.OPENING : State.NEWS;
        }
        if (diverging(now, log) != null) {
            return State.NEWS;
        }
        long highWatermark = now.highWatermark();
        State state = state(log, highWatermark);
        quiet = told && state == State.NOTHING && !isNews(highWatermark, log.startOffset());
        return state;
    }

    /// Whether [#state] may be left until the partition tells of a change.
    boolean isQuiet() {
        return quiet;
    }

    private State state(Log log, long highWatermark) {
        if (offset == highWatermark) {
            return State.NOTHING;
        }
        if (offset < log.startOffset() || offset > log.endOffset()) {
            return State.NEWS;
        }
        return offset < highWatermark ? State.RECORDS : State.NOTHING;
    }

    /// Where the reader's log and this one part, if they do (KIP-595); null when they do not.
    EpochHistory.@Nullable EpochEnd diverging(Partition partition, Log log) {
        if (lastEpoch < 0 || (lastEpoch == log.epochs().latest() && offset <= log.endOffset())) {
            return null;
        }
        EpochHistory.EpochEnd end = partition.epochEnd(log, lastEpoch);
        return end.epoch() < lastEpoch || end.endOffset() < offset ? end : null;
    }

    boolean sameTopic(FetchEntry other) {
        return key.topic.equals(other.key.topic) && key.topicId.equals(other.key.topicId);
    }

    /// Whether the session's client was told otherwise.
    boolean isNews(long highWatermark, long logStart) {
        return toldHighWatermark != highWatermark || toldLogStart != logStart;
    }

    /// Notes what the session's client is told. After an error anything is news.
    void told(PartitionData answer) {
        toldHighWatermark = answer.highWatermark();
        toldLogStart = answer.logStartOffset();
    }

    /// Has the partition tell of its next change.
    ///
    /// @return whether it was not so before, so that a change may have been missed
    boolean watch() {
        Partition known = partition;
        if (known == null || watching) {
            return false;
        }
        watching = true;
        known.watch(this);
        return true;
    }

    void unwatch() {
        if (partition != null && watching) {
            partition.unwatch(this);
            watching = false;
        }
    }

    /// On any thread. The flag is lowered before the session is looked at, and [Fetch] names itself
    /// to the session before it looks at the flag: one of the two sees the other.
    @Override
    public void changed() {
        watching = false;
        session.changed(this);
    }
}
