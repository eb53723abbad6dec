package io.octavo.log;

import io.octavo.protocol.record.EndMarker;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One partition's log: record batches in segments, in the order appended. Opened by
/// [DataDirectory#log].
///
/// *Writers* ([#append], [#roll], [#truncate], [#advanceStart], [#configure], [#close], [#delete],
/// and everything of [#producers()]): one thread at a time, under the owner's lock. *Readers and
/// [#force]*: any thread, without that lock; they see a snapshot ([LogView]) that each write
/// publishes when it is complete ([LogSegments]). What need not happen at once waits for
/// [DataDirectory#checkpoint()].
///
/// Locks nest in this order: the writer's, [Upkeep]'s, the one that [Durability] forces under; and
/// inside any of them those that guard a part's own state. Of the three an append takes the first
/// only, so that it never waits for a force.
///
/// A write or a force that fails takes the whole directory out of service
/// ([DataDirectory#failure()]), unless it lost nothing ([FailStop]).
public final class Log {
    /// Instead of an offset.
    public static final long NOTHING_EXPIRED = -1;

    /// No snapshot is made at a clean stop of a log this small: reading it costs less than forcing
    /// another file. Unless segments are gone, whose producers nothing else knows.
    private static final long SNAPSHOT_LOG_BYTES_MIN = 256 << 10;

    private final DataDirectory directory;
    private final String name;
    private final Uuid topicId;
    private final Path path;

    private final ProducerStates producers;
    private final EpochHistory epochs = new EpochHistory();
    private final Durability durability;
    private final Snapshots snapshots;
    private final CompactedRange compacted;
    private final AbortedTransactions aborted;

    private final LogSegments segments = new LogSegments(this);
    private final LogReader reader = new LogReader(this);
    private final LogDamage damage = new LogDamage(this);
    private final Upkeep upkeep = new Upkeep(this);
    private final GroupCommit groupCommit = new GroupCommit(this);

    private volatile LogConfig config;

    private volatile boolean closed;

    Log(DataDirectory directory, String name, Uuid topicId, LogConfig config) {
        this.directory = directory;
        this.name = name;
        this.topicId = topicId;
        this.config = config;
        path = directory.root().resolve(name);
        producers = new ProducerStates(config, directory.producerShare());
        durability = new Durability(directory, path, topicId);
        aborted = new AbortedTransactions(directory.files(), path);
        snapshots = new Snapshots(directory.files(), path, aborted);
        compacted = new CompactedRange(directory.files(), path);
    }

    public String name() {
        return name;
    }

    public Uuid topicId() {
        return topicId;
    }

    /// The first offset there is; never decreases.
    public long startOffset() {
        return view().startOffset();
    }

    /// What is before this offset was written in another cluster ([Adoption]); 0 where nothing was.
    public long adoptedEnd() {
        return snapshots.adoptedEnd();
    }

    /// The offset the next record gets.
    public long endOffset() {
        return view().endOffset();
    }

    /// Everything below survives a power cut.
    public long durableEnd() {
        return durability.mark().offset();
    }

    /// Everything below counts as kept, by the log's setting: what is forced, or what is appended.
    /// Nothing does once the directory has failed: then this is -1.
    public long committedEnd() {
        if (directory.failure() != null) {
            return -1;
        }
        return config.fsync() ? durableEnd() : endOffset();
    }

    /// Has the directory's syncer force what is appended from now on, where the setting asks for
    /// it. Without an owner, whoever appends calls [#force()].
    public void ownedBy(LogOwner owner) {
        groupCommit.ownedBy(owner);
    }

    /// Bytes of all segments.
    public long sizeBytes() {
        return view().sizeBytes();
    }

    public ProducerStates producers() {
        return producers;
    }

    public EpochHistory epochs() {
        return epochs;
    }

    public AbortedTransactions aborted() {
        return aborted;
    }

    /// Appends a batch that was checked ([io.octavo.protocol.record.BatchCheck],
    /// [ProducerStates#check]): stamps the base offset and the leader epoch into it, writes it,
    /// notes its producer, publishes it. The buffer is the caller's again when this returns.
    ///
    /// @param leaderEpoch not below the last one
    /// @param awaited whether somebody waits until it is durable, so that it is forced at once;
    ///   else see [#hurry()]
    /// @return the first record's offset, as the batch now says too
    /// @throws NoSpace when the disk is full; the log is as before
    public long append(RecordBatch batch, int leaderEpoch, boolean awaited) throws IOException {
        mustBeOpen();
        directory.refuseFailed();
        if (leaderEpoch < epochs.latest()) {
            throw new IllegalArgumentException(
                    name + " is in epoch " + epochs.latest() + ", not in " + leaderEpoch);
        }
        EndMarker marker = batch.isControl() ? EndMarker.read(batch) : null;
        long baseOffset = view().endOffset();
        batch.stamp(baseOffset, leaderEpoch);
        long startNanos = directory.clock().nanos();
        LogView before = segments.write(batch);
        directory.appendTimes().note(directory.clock().nanos() - startNanos);
        epochs.assign(leaderEpoch, baseOffset);
        long nowNanos = directory.clock().nanos();
        aborted.add(before.end().segment(), producers.update(batch, marker, nowNanos));
        segments.publish(before.with(batch));
        groupCommit.appended(batch.sizeBytes(), awaited);
        reader.tail().appended(before.end().segment(), before.activeBytes(), nowNanos);
        if (snapshots.isDue(batch.sizeBytes())) {
            offerSnapshot();
        }
        return baseOffset;
    }

    /// As above, awaited.
    public long append(RecordBatch batch, int leaderEpoch) throws IOException {
        return append(batch, leaderEpoch, true);
    }

    /// Somebody waits now for what was appended when nobody did.
    public void hurry() {
        groupCommit.makeDue();
    }

    /// The batches from the one that holds `offset` on: of one segment, none with records at
    /// `endExclusive` or behind, at most `bytesMax` bytes, the last batch possibly cut there.
    ///
    /// @param atLeastOneBatch whether the first batch is given although it is larger than
    ///   `bytesMax`
    /// @return a slice that the caller releases; or why there is none
    /// @throws DamagedLog when what is there is not what was appended: nothing from a damaged range
    ///   is given out, and nothing from behind one to who asks for what comes before
    public ReadResult read(long offset, long endExclusive, int bytesMax, boolean atLeastOneBatch)
            throws IOException {
        return reader.read(offset, endExclusive, bytesMax, atLeastOneBatch, true);
    }

    /// As [#read], for who must not wait for the disk to find the batches: opens no file and reads
    /// only what the system has in memory. The batches themselves may not be there, see
    /// [LogSlice#isCached].
    ///
    /// @return [ReadResult.Cold] when that is not enough
    public ReadResult readCached(
            long offset, long endExclusive, int bytesMax, boolean atLeastOneBatch)
            throws IOException {
        return reader.read(offset, endExclusive, bytesMax, atLeastOneBatch, false);
    }

    /// The first record, by offset, whose timestamp is at least this; exact, whatever order
    /// timestamps have. Decodes the batch that holds it.
    ///
    /// Records that are damaged count as not there.
    public @Nullable TimestampedOffset offsetForTimestamp(long timestamp) throws IOException {
        return reader.search(now -> TimestampSearch.first(now, timestamp));
    }

    /// The first record with the largest timestamp of all; null when there is no record with one.
    /// Records that are damaged count as not there.
    public @Nullable TimestampedOffset maxTimestamp() throws IOException {
        return reader.search(TimestampSearch::latest);
    }

    /// The same, of the records that are durable.
    public @Nullable TimestampedOffset maxDurableTimestamp() throws IOException {
        return reader.search(now -> TimestampSearch.latestBefore(now, durability.mark()));
    }

    /// What lies from one offset to another, as far as it is there. Reads a few headers, and no
    /// records. Any thread.
    public LogSpan span(long fromOffset, long toOffset) throws IOException {
        return Objects.requireNonNull(reader.search(now -> LogSpan.of(now, fromOffset, toOffset)));
    }

    /// What is known to be damaged: reads of it fail, until retention has passed it.
    public List<DamagedRange> damagedRanges() {
        return damage.known().ranges();
    }

    /// Makes what is appended by now survive a power cut; blocks. Several calls at a time are
    /// allowed. A failure takes the directory out of service and is never tried again.
    ///
    /// @return the offset below which everything is durable now
    public long force() throws IOException {
        groupCommit.force();
        return durableEnd();
    }

    /// Ends the active segment, if it has records; the next append goes into another.
    public void roll() throws IOException {
        mustBeOpen();
        segments.roll();
    }

    /// Removes every batch with a record at `toOffset` or behind. Blocks for some forces.
    ///
    /// @param toOffset not before the start
    public void truncate(long toOffset) throws IOException {
        mustBeOpen();
        directory.refuseFailed();
        LogView before = view();
        if (toOffset < before.startOffset()) {
            throw new IllegalArgumentException(
                    name + " starts at " + before.startOffset() + ", not cut at " + toOffset);
        }
        if (toOffset >= before.endOffset()) {
            return;
        }
        Truncation.run(this, before, toOffset);
        groupCommit.cut();
    }

    /// Gives up the records before `offset`. The next [DataDirectory#checkpoint()] makes the new
    /// start last; then whole segments are unlinked by [DataDirectory#remove()]. Does nothing when
    /// the log starts there already.
    ///
    /// @param offset not behind the end
    public void advanceStart(long offset) {
        mustBeOpen();
        LogView before = view();
        if (offset > before.endOffset()) {
            throw new IllegalArgumentException(
                    name + " ends at " + before.endOffset() + ", cannot start at " + offset);
        }
        if (offset <= before.startOffset()) {
            return;
        }
        // First: the new start may be noted as soon as it is seen, and then recovery knows
        // producers
        // that wrote only before it from this alone.
        offerSnapshot();
        segments.publish(before.startingAt(offset, 0));
        epochs.truncateStart(offset);
        segments.dropBeforeStart();
    }

    /// Where the log would start if what has expired by its [LogConfig.Retention] were gone; or
    /// [#NOTHING_EXPIRED]. Reads files. Any thread.
    ///
    /// @param bound nothing that ends behind it goes
    public long expiredEnd(long bound) throws IOException {
        return new LogAges(view(), directory.clock().wallMs())
                .expiredEnd(config.retention(), bound);
    }

    /// What an open log says of its oldest segment. Reads files. Any thread.
    public Oldest oldest() throws IOException {
        return new LogAges(view(), directory.clock().wallMs()).oldest();
    }

    /// Gives up what has expired. Where that is all there is, the active segment is ended first, so
    /// that a log to which nothing is appended shrinks to nothing.
    ///
    /// @param expiredEnd what [#expiredEnd] said
    public void expire(long expiredEnd) throws IOException {
        mustBeOpen();
        Segment active = view().active();
        if (active == null) {
            return;
        }
        advanceStart(Math.min(expiredEnd, active.baseOffset()));
        if (expiredEnd == view().endOffset()) {
            roll();
            advanceStart(expiredEnd);
            segments.dropBeforeStart();
        }
    }

    /// From now on this configuration holds. What was appended before is forced, if it asks for
    /// that now.
    public void configure(LogConfig next) {
        config = next;
        producers.configure(next);
        groupCommit.makeDue();
    }

    /// Clean stop of this log; it may be opened again.
    public void close() throws IOException {
        if (closed) {
            return;
        }
        LogView last = view();
        Segment active = last.active();
        try {
            if (active != null && directory.failure() == null) {
                force();
                closed = true;
                if (active.seal(last.activeBytes())) {
                    durability.forceCut(active);
                }
                if (sizeBytes() >= SNAPSHOT_LOG_BYTES_MIN
                        || last.segment(0).baseOffset() > 0
                        || aborted.isOwed()) {
                    offerSnapshot();
                }
                var _ = upkeep.run();
            }
        } finally {
            closed = true;
            ended();
        }
    }

    /// Stop of this log for which there is no time to force anything: it is opened again as after a
    /// kill, without reading what is noted now.
    void leave() {
        if (closed) {
            return;
        }
        closed = true;
        if (directory.failure() == null) {
            var _ = upkeep.note();
        }
        ended();
    }

    private void ended() {
        upkeep.stop();
        LogView last = segments.release();
        groupCommit.giveUp();
        directory.closed(this, upkeep.segments(last));
    }

    /// Removes the log: its directory has another name when this returns, and goes by
    /// [DataDirectory#remove()]. Replies that read from it are not disturbed. Blocks.
    public void delete() throws IOException {
        mustBeOpen();
        closed = true;
        durability.end();
        LogView last = segments.release();
        groupCommit.giveUp();
        upkeep.stop();
        directory.deleted(this, upkeep.segments(last));
    }

    DataDirectory directory() {
        return directory;
    }

    Path path() {
        return path;
    }

    LogConfig config() {
        return config;
    }

    /// What readers see now.
    LogView view() {
        return segments.view();
    }

    LogSegments segments() {
        return segments;
    }

    LogReader reader() {
        return reader;
    }

    GroupCommit groupCommit() {
        return groupCommit;
    }

    Durability durability() {
        return durability;
    }

    Snapshots snapshots() {
        return snapshots;
    }

    LogDamage damage() {
        return damage;
    }

    Upkeep upkeep() {
        return upkeep;
    }

    boolean isClosed() {
        return closed;
    }

    /// To be told by who reads a batch that is not what was appended: the segment it is in is
    /// searched, and from then on what is damaged is not read any more. Any thread.
    ///
    /// @param offset where the batch is
    /// @return what to throw
    public IOException damaged(long offset) {
        return reader.damaged(offset);
    }

    /// To be asked behind a look at the log: one that is closed seems empty.
    ///
    /// @throws IOException when it is closed, as it is while it goes to another directory
    public void refuseClosed() throws IOException {
        if (closed) {
            throw new IOException(path() + " was closed");
        }
    }

    CompactedRange compacted() {
        return compacted;
    }

    /// Has the producers' state written soon that is the one at the end.
    void offerSnapshot() {
        ByteBuffer bytes =
                ProducerSnapshot.encode(producers, aborted.noted(), directory.clock().nanos());
        snapshots.offer(view().endOffset(), bytes);
    }

    private void mustBeOpen() {
        if (closed) {
            throw new IllegalStateException(name + " is used after it was closed");
        }
    }
}
