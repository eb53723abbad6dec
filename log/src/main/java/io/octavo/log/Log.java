package io.octavo.log;

import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// One partition's log: record batches in segments, in the order appended. Opened by
/// [DataDirectory#log].
///
/// *Writers* ([#append], [#roll], [#truncate], [#advanceStart], [#configure], [#close], [#delete],
/// and everything of [#producers()]): one thread at a time, under the owner's lock. *Readers and
/// [#force]*: any thread, without a lock; they see a snapshot that each write publishes when it is
/// complete. An [IOException] from a write that is not [NoSpace] takes the whole directory out of
/// service ([DataDirectory#failure()]).
public final class Log {
    private Log() {}

    public String name() {
        return Unwritten.yet();
    }

    public Uuid topicId() {
        return Unwritten.yet();
    }

    /// The first offset there is; never decreases.
    public long startOffset() {
        return Unwritten.yet();
    }

    /// The offset the next record gets.
    public long endOffset() {
        return Unwritten.yet();
    }

    /// Everything below survives a power cut.
    public long durableEnd() {
        return Unwritten.yet();
    }

    /// Bytes of all segments.
    public long sizeBytes() {
        return Unwritten.yet();
    }

    /// Appends a batch that was checked ([io.octavo.protocol.record.BatchCheck],
    /// [ProducerStates#check]): stamps the base offset and the leader epoch into it, writes it,
    /// notes its producer, publishes it. The buffer is the caller's again when this returns.
    ///
    /// @return the first record's offset, as the batch now says too
    /// @throws NoSpace when the disk is full; the log is as before
    public long append(RecordBatch batch, int leaderEpoch) throws IOException {
        return Unwritten.yet();
    }

    public ProducerStates producers() {
        return Unwritten.yet();
    }

    public EpochHistory epochs() {
        return Unwritten.yet();
    }

    /// The batches from the one that holds `offset` on: of one segment, none with records at
    /// `endExclusive` or behind, at most `bytesMax` bytes, the last batch possibly cut there.
    ///
    /// @param atLeastOneBatch whether the first batch is given although it is larger than
    ///   `bytesMax`
    /// @return a slice that the caller releases; or why there is none
    public ReadResult read(long offset, long endExclusive, int bytesMax, boolean atLeastOneBatch)
            throws IOException {
        return Unwritten.yet();
    }

    /// The first record, by offset, whose timestamp is at least this; exact, whatever order
    /// timestamps have. Decodes the batch that holds it.
    public @Nullable TimestampedOffset offsetForTimestamp(long timestamp) throws IOException {
        return Unwritten.yet();
    }

    /// The first record with the largest timestamp of all; null when there is no record with one.
    public @Nullable TimestampedOffset maxTimestamp() throws IOException {
        return Unwritten.yet();
    }

    /// Makes what is appended by now survive a power cut; blocks. Several calls at a time are
    /// allowed.
    ///
    /// @return the offset below which everything is durable now
    public long force() throws IOException {
        return Unwritten.yet();
    }

    /// Ends the active segment, if it has records; the next append begins another.
    public void roll() throws IOException {
        Unwritten.yet();
    }

    /// Removes every batch with a record at `toOffset` or behind.
    public void truncate(long toOffset) throws IOException {
        Unwritten.yet();
    }

    /// Gives up the records before `offset`, which must not lie behind the end; whole segments go
    /// at the next [DataDirectory#checkpoint()]. Does nothing when the start is there already.
    public void advanceStart(long offset) {
        Unwritten.yet();
    }

    /// From now on this configuration holds.
    public void configure(LogConfig config) {
        Unwritten.yet();
    }

    /// Clean stop of this log; it may be opened again.
    public void close() throws IOException {
        Unwritten.yet();
    }

    /// Removes the log: its directory has another name when this returns, and goes at the next
    /// checkpoint. Replies that read from it are not disturbed.
    public void delete() throws IOException {
        Unwritten.yet();
    }
}
