package io.octavo.broker.replica;

import io.octavo.broker.cluster.Topic;
import io.octavo.log.AbortedTransaction;
import io.octavo.log.DamagedLog;
import io.octavo.log.DataDirectory;
import io.octavo.log.EpochHistory;
import io.octavo.log.Log;
import io.octavo.log.LogConfig;
import io.octavo.log.LogOwner;
import io.octavo.log.LogSlice;
import io.octavo.log.ReadResult;
import io.octavo.ports.Afterwards;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// This broker's replica of a partition: follows what the cluster says of it, opens its log and
/// lets go of it, reads, and wakes who waits. Batches go through its [Appender]; what is visible is
/// its [HighWatermark].
///
/// One lock, the [Combiner], is held for "check the producer, assign offsets, write, publish", and
/// nobody waits for it. Reads take no lock: the log publishes snapshots, and the high watermark
/// never passes what is published. Any thread may call everything public; nothing blocks, except
/// that reads touch the file.
public final class Partition {
    private final String topic;
    private final Uuid topicId;
    private final int index;
    private final LazyLog lazyLog;
    private final Combiner combiner = new Combiner();
    private final HighWatermark highWatermark = new HighWatermark();
    private final Appender appender;
    private final Set<Watcher> watchers = ConcurrentHashMap.newKeySet();

    private volatile Role role;

    Partition(Topic topic, int index, Role role, LogConfig config, Storage storage) {
        this.topic = topic.name();
        topicId = topic.id();
        this.index = index;
        this.role = role;
        lazyLog = new LazyLog(storage, toString(), topicId, config, new Opener());
        appender = new Appender(this, lazyLog, highWatermark, topic.internal());
    }

    public String topic() {
        return topic;
    }

    public Uuid topicId() {
        return topicId;
    }

    public int index() {
        return index;
    }

    /// The epoch of the partition's leader, as far as this broker knows.
    public int leaderEpoch() {
        return role.leaderEpoch();
    }

    /// Whether this broker may answer, as the leader, a request that believes in an epoch.
    ///
    /// @param currentLeaderEpoch what the request says, or -1
    /// @return `NONE`, `NOT_LEADER_OR_FOLLOWER`, `FENCED_LEADER_EPOCH` or `UNKNOWN_LEADER_EPOCH`
    public ErrorCode admits(int currentLeaderEpoch) {
        return role.admits(currentLeaderEpoch);
    }

    /// The log, while it is open. If it is not but can be, it is now being opened; watchers hear of
    /// it. [#refusal()] says more.
    public @Nullable Log log() {
        Log log = lazyLog.log();
        if (log == null) {
            lazyLog.demand();
        }
        return log;
    }

    /// The log, if it is open; does not open it.
    public @Nullable Log openLog() {
        return lazyLog.log();
    }

    /// Where the log is, or will be.
    public DataDirectory directory() {
        return lazyLog.storage().directory();
    }

    /// Whether the log is only not open yet.
    public boolean opening() {
        return !lazyLog.settled();
    }

    /// Why there is no log; null while there is one.
    public @Nullable Rejection refusal() {
        return lazyLog.refusal();
    }

    /// Why a leader without a log refuses; where that is not said yet, the client finds out by
    /// asking for metadata.
    public Rejection closed() {
        Rejection reason = lazyLog.refusal();
        return reason == null
                ? new Rejection(ErrorCode.NOT_LEADER_OR_FOLLOWER, this + " was not open")
                : reason;
    }

    /// Whether the topic was deleted or the broker is stopping: this object is of no use any more.
    public boolean gone() {
        return lazyLog.gone();
    }

    /// Whether its log cannot be opened, or the disk has failed.
    boolean offline() {
        return lazyLog.offline();
    }

    /// Whether the broker is stopping, and the log only left.
    boolean stopped() {
        return lazyLog.left(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    }

    /// The offset below which records are visible, while the log is open.
    public long highWatermark() {
        return highWatermark.offset();
    }

    /// The offset below which every transaction is decided, while the log is open: the high
    /// watermark, because no transaction is let in.
    public long lastStableOffset() {
        return highWatermark.offset();
    }

    /// Reads batches, see [Log#read] and [Log#readCached].
    ///
    /// @param endExclusive at most the high watermark
    /// @param waits whether the disk may be waited for
    /// @throws IOException when the file cannot be read; where its directory failed, the partition
    ///   is out of service then
    public ReadResult read(
            Log log,
            long offset,
            long endExclusive,
            int bytesMax,
            boolean atLeastOneBatch,
            boolean waits)
            throws IOException {
        try {
            return waits
                    ? log.read(offset, endExclusive, bytesMax, atLeastOneBatch)
                    : log.readCached(offset, endExclusive, bytesMax, atLeastOneBatch);
        } catch (IOException failure) {
            throw told(log, failure);
        }
    }

    /// The aborted transactions of what was read, see [io.octavo.log.AbortedTransactions#in].
    ///
    /// @throws IOException as [#read]
    public @Nullable List<AbortedTransaction> aborted(
            Log log, LogSlice slice, long offset, boolean waits) throws IOException {
        try {
            return log.aborted().in(slice, offset, waits);
        } catch (IOException failure) {
            throw told(log, failure);
        }
    }

    /// Damage is no failure of the directory.
    private IOException told(Log log, IOException failure) {
        if (!(failure instanceof DamagedLog)) {
            failed(log, failure);
        }
        return failure;
    }

    /// Where a leader epoch ends in this log.
    public EpochHistory.EpochEnd epochEnd(Log log, int epoch) {
        return log.epochs().endOf(epoch, role.leaderEpoch(), log.endOffset());
    }

    /// Why nothing more may wait for the log to be opened; null where it may.
    public @Nullable Rejection crowded() {
        return lazyLog.crowded();
    }

    /// The same for a batch, which is not to be appended then, nor what comes behind it in its
    /// place.
    public @Nullable Rejection refuseIfCrowded(RecordBatch batch) {
        Rejection reason = lazyLog.crowded();
        if (reason != null) {
            appender.turnedAway(batch.producerId());
        }
        return reason;
    }

    /// Takes a batch. What one thread appends keeps its order.
    public void append(Append append) {
        lazyLog.demand();
        combiner.submit(append);
    }

    /// Has something wait for the high watermark. Under the lock.
    ///
    /// @return false when it is there already
    boolean await(Awaiting one) {
        return highWatermark.await(one);
    }

    /// Gives up records.
    public void delete(RecordDeletion deletion) {
        lazyLog.demand();
        combiner.submit(deletion);
    }

    /// Registers a watcher, once however often this is called. It waits for what is appended and
    /// not visible yet, too.
    public void watch(Watcher watcher) {
        watchers.add(watcher);
        Log log = lazyLog.log();
        if (log != null) {
            log.hurry();
        }
    }

    /// Whether somebody waits for what is appended.
    boolean watched() {
        return !watchers.isEmpty();
    }

    /// Forgets a watcher. It may still be told by a thread that has begun to.
    public void unwatch(Watcher watcher) {
        watchers.remove(watcher);
    }

    @Override
    public String toString() {
        return topic + "-" + index;
    }

    /// The cluster has said something about the partition or its topic's settings. A log that is
    /// not open yet is told when it opens.
    void follow(Role next, LogConfig config) {
        role = next;
        lazyLog.configure(config);
        if (lazyLog.settled()) {
            combiner.submit(new Errand(this, this::followed));
        } else {
            tellWatchers();
        }
    }

    /// What the replicas that count hold has grown: more of the log is forced.
    void committed() {
        Log log = lazyLog.log();
        if (log != null) {
            combiner.submit(new Errand(this, step -> committed(log, step)));
        }
    }

    /// What the log is opened with, as the topic's settings are now.
    LogConfig logConfig() {
        return lazyLog.config();
    }

    /// Does something under the lock, when it is free.
    ///
    /// @param work given the log, or null when it is not open; it does not block for long
    void withLog(Consumer<@Nullable Log> work) {
        combiner.submit(new Errand(this, _ -> work.accept(lazyLog.log())));
    }

    /// Under the lock: the offset below which every transaction is decided.
    long decidedEnd(Log log) {
        long visible = highWatermark.offset();
        return Math.min(visible, log.producers().firstUnstableOffset(visible));
    }

    /// Ends service, because the directory has failed; for good, in this process.
    void offline(IOException failure) {
        Log log = lazyLog.log();
        if (log != null) {
            failed(log, failure);
        }
    }

    /// Lets records go that have expired, as far as they are visible and decided. A log that is not
    /// open stays so, unless there is something to let go. On the worker; blocks.
    ///
    /// @param nowMs the wall clock's time
    /// @return whether that took time
    boolean expireRecords(long nowMs) throws IOException {
        Log log = lazyLog.log();
        if (log == null) {
            return lazyLog.visitExpired(
                    nowMs, closed -> closed.expire(closed.expiredEnd(lastStableOffset())));
        }
        long expiredEnd = log.expiredEnd(lastStableOffset());
        if (expiredEnd == Log.NOTHING_EXPIRED) {
            return false;
        }
        combiner.submit(new Errand(this, step -> expire(log, expiredEnd, step)));
        return true;
    }

    /// Forgets the producers that have been silent for long.
    void expireProducers(long nowNanos) {
        Log log = lazyLog.log();
        if (log != null) {
            combiner.submit(new Errand(this, _ -> log.producers().expire(nowNanos)));
        }
        appender.expireGaps(nowNanos);
    }

    /// Ends service: who waits is answered with `error`. The log stays open, for its directory's
    /// clean stop.
    void leave(ErrorCode error) {
        lazyLog.leave(error);
        Rejection reason = new Rejection(error, this + " is no longer served here");
        combiner.submit(new Errand(this, step -> highWatermark.giveUp(reason, step)));
    }

    /// Ends service because the topic was deleted, and removes the log.
    ///
    /// @param deleted told on the worker when nothing is left under the log's name
    void delete(Runnable deleted) {
        ErrorCode error = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        Log log = lazyLog.leave(error);
        Rejection reason = new Rejection(error, this + " was deleted");
        combiner.submit(
                new Errand(
                        this,
                        step -> {
                            highWatermark.giveUp(reason, step);
                            lazyLog.delete(log, deleted);
                        }));
    }

    /// What has become ready can go on.
    void resume() {
        combiner.resume();
    }

    /// Where the log is, or will be.
    Storage storage() {
        return lazyLog.storage();
    }

    /// Takes the log out of use, because it moves; everything that is asked of it waits until
    /// [#openIn]. What has begun is ended first.
    ///
    /// @param released told, with no lock held, whether the log is the caller's now
    void release(Log log, Consumer<Boolean> released) {
        combiner.submit(new Release(this, lazyLog, log, released));
    }

    /// Opens the log where it is now; on the worker of the storage it came from.
    void openIn(Storage storage) {
        lazyLog.openIn(storage);
    }

    /// What this broker is for the partition, as the cluster last said.
    Role role() {
        return role;
    }

    /// What decides about batches, under the lock.
    Appender appender() {
        return appender;
    }

    /// Whether there is nothing to wait for before steps can be taken.
    boolean settled() {
        return lazyLog.settled();
    }

    /// With no lock held.
    void tellWatchers() {
        for (Iterator<Watcher> all = watchers.iterator(); all.hasNext(); ) {
            Watcher watcher = all.next();
            all.remove();
            watcher.changed();
        }
    }

    /// Under the lock: the log failed. If it is out of service by that, nothing is waited for.
    void failed(Log log, IOException failure, Step step) {
        if (lazyLog.fail(log, failure)) {
            highWatermark.giveUp(storageError(failure), step);
        }
    }

    /// Why a replica that does not lead refuses.
    Rejection elsewhere() {
        return new Rejection(ErrorCode.NOT_LEADER_OR_FOLLOWER, this + " is led by another broker");
    }

    Rejection storageError(IOException failure) {
        return new Rejection(ErrorCode.KAFKA_STORAGE_ERROR, this + ": " + failure.getMessage());
    }

    /// Without the lock: the log failed.
    private void failed(Log log, IOException failure) {
        if (lazyLog.fail(log, failure)) {
            Rejection reason = storageError(failure);
            combiner.submit(new Errand(this, step -> highWatermark.giveUp(reason, step)));
        }
    }

    /// A log that was released is passed over: where another is being opened in its place, that one
    /// moves the high watermark, without the lock.
    private void committed(Log log, Step step) {
        if (lazyLog.log() == log) {
            highWatermark.advance(log.committedEnd(), step);
        }
    }

    private void expire(Log log, long expiredEnd, Step step) {
        if (lazyLog.log() != log) {
            return;
        }
        try {
            log.expire(expiredEnd);
        } catch (IOException failure) {
            failed(log, failure, step);
        }
    }

    /// Under the lock: the log is open, or cannot be, or the cluster has said something.
    private void followed(Step step) {
        boolean settled = lazyLog.settled();
        Log log = lazyLog.log();
        if (log != null) {
            log.configure(lazyLog.config());
            highWatermark.advance(log.committedEnd(), step);
        }
        if (!role.leads()) {
            highWatermark.giveUp(elsewhere(), step);
        } else if (log == null && settled) {
            highWatermark.giveUp(closed(), step);
        } else {
            step.changes();
        }
    }

    private final class Opener implements LazyLog.Owner {
        @Override
        public void opening(Log log) {
            log.ownedBy(new Owner(log));
            highWatermark.begin(log.committedEnd());
        }

        @Override
        public void opened() {
            combiner.submit(new Errand(Partition.this, Partition.this::followed));
        }
    }

    /// What the syncer asks of the partition.
    private final class Owner implements LogOwner {
        private final Log log;

        Owner(Log log) {
            this.log = log;
        }

        @Override
        public void forced() {
            // Of all replies that it settles, one write for each connection.
            Afterwards.run(Partition.this::committed);
        }

        @Override
        public boolean exclusively(Runnable work) {
            return combiner.attempt(
                    new Errand(
                            Partition.this,
                            _ -> {
                                if (lazyLog.log() == log) {
                                    work.run();
                                }
                            }));
        }
    }
}
