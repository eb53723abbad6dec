package io.octavo.log;

import static io.octavo.log.Broken.unless;

import io.octavo.protocol.record.EndMarker;
import io.octavo.protocol.record.LogRecord;
import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What compaction may have taken out of a log that is compacted: whatever a pass began with may be
/// gone from then on, and need not be. All else has to be there, as it was appended, and the last
/// value of each key has to be what it is with all records.
final class ExpectedCompaction {
    private final String name;
    private final long retentionMs;

    /// The high watermark of the last pass: the log is not cut below.
    long highWatermark;

    /// The records that may be gone, by batch and number; of a batch that no pass came near, none,
    /// and not a byte of it may be another.
    private final Map<ExpectedBatch, BitSet> mayBeGone = new HashMap<>();

    /// When the first pass covered a batch.
    private final Map<ExpectedBatch, Long> coveredMs = new HashMap<>();

    private final Map<ExpectedBatch, Set<ExpectedBatch>> aborted = new HashMap<>();
    private final Map<ByteBuffer, Found> decoded = new HashMap<>();
    private int passes;

    /// A batch that was read.
    private record Found(RecordBatch batch, List<LogRecord> records) {}

    /// @param retentionMs how long a tombstone stays
    ExpectedCompaction(String name, long retentionMs) {
        this.name = name;
        this.retentionMs = retentionMs;
    }

    /// A pass begins.
    ///
    /// @param head where the log ends
    /// @param end behind what it may change; everything below is decided
    void begins(ExpectedBatch head, long end, long wallMs) {
        passes++;
        Set<ExpectedBatch> undone = aborted(head);
        List<ExpectedBatch> batches = head.upTo(end).from(0);
        Map<ByteBuffer, Long> last = new HashMap<>();
        for (ExpectedBatch one : batches) {
            if (!one.batch.isControl() && !undone.contains(one)) {
                one.records().forEach(record -> last.put(keyOf(record), record.offset()));
            }
        }
        for (ExpectedBatch one : batches) {
            Long since = coveredMs.putIfAbsent(one, wallMs);
            boolean late = since != null && wallMs - since >= retentionMs;
            BitSet gone = mayBeGone.computeIfAbsent(one, _ -> new BitSet());
            for (int i = 0; i < one.records().size(); i++) {
                LogRecord record = one.records().get(i);
                boolean goes =
                        one.batch.isControl()
                                ? late
                                : undone.contains(one)
                                        || record.key() == null
                                        || record.offset() < last.getOrDefault(keyOf(record), -1L)
                                        || (record.value() == null && late);
                gone.set(i, gone.get(i) || goes);
            }
        }
    }

    /// Of all that says what may be gone.
    int fingerprint() {
        return passes;
    }

    /// Compares what is left in a log.
    ///
    /// @param ends where it may end
    /// @return which of them it is
    ExpectedBatch check(Log log, List<ExpectedBatch> ends) throws IOException {
        List<Found> found = read(log);
        Broken first = null;
        for (ExpectedBatch end : ends) {
            try {
                compare(found, end, log.startOffset());
                checkLookups(log, found);
                checkFiles(log);
                return end;
            } catch (Broken broken) {
                first = first == null ? broken : first;
            }
        }
        throw first == null
                ? new Broken("L-5", name + " ends at " + log.endOffset() + ", which is no end")
                : first;
    }

    /// Skips the next batch, which has to be one of those that were appended there, or what is left
    /// of it.
    ///
    /// @return what was appended
    ExpectedBatch match(ByteBuffer bytes, List<ExpectedBatch> appended) {
        Found there = next(bytes);
        for (ExpectedBatch one : appended) {
            try {
                checkLeft(one, there, Long.MAX_VALUE);
                return one;
            } catch (Broken another) {
                // Maybe the next.
            }
        }
        throw new Broken("L-3", name + " has " + there.batch + ", which was not appended there");
    }

    /// Whatever recovery left, passes over it change nothing about the last value of each key.
    void checkPasses(Log log, ExpectedBatch end, long wallMs) throws IOException {
        CompactionModel.compact(log, wallMs, 1 << 16);
        Map<Long, ExpectedBatch> byOffset = new HashMap<>();
        end.from(log.startOffset()).forEach(one -> byOffset.put(one.baseOffset, one));
        State state = new State(aborted(end), log.startOffset());
        for (Found one : read(log)) {
            ExpectedBatch appended = byOffset.get(one.batch.baseOffset());
            if (appended != null) {
                state.add(appended, one.records);
            }
        }
        checkState(state, end, log.startOffset());
    }

    private List<Found> read(Log log) throws IOException {
        List<Found> found = new ArrayList<>();
        long offset = log.startOffset();
        while (offset < log.endOffset()) {
            ReadResult result = log.read(offset, Long.MAX_VALUE, Integer.MAX_VALUE, true);
            if (result instanceof ReadResult.Empty) {
                break;
            }
            if (!(result instanceof LogSlice slice)) {
                throw new Broken("L-1", name + " has nothing at " + offset + ": " + result);
            }
            ByteBuffer bytes = slice.toBytes();
            slice.release();
            while (bytes.hasRemaining()) {
                Found next = next(bytes);
                boolean follows =
                        found.isEmpty()
                                ? next.batch.lastOffset() >= offset
                                : next.batch.baseOffset() >= offset;
                unless(follows, "L-4", "%s has %s at %d", name, next.batch, offset);
                found.add(next);
                offset = next.batch.nextOffset();
            }
        }
        return found;
    }

    private Found next(ByteBuffer bytes) {
        RecordBatch batch = RecordBatch.next(bytes);
        if (batch == null) {
            throw new Broken("L-3", name + " ends within a batch");
        }
        Found known = decoded.get(batch.bytes());
        if (known == null) {
            unless(batch.crcValid(), "L-3", "%s has %s with a wrong CRC", name, batch);
            known = new Found(batch, batch.records());
            decoded.put(batch.bytes(), known);
        }
        return known;
    }

    /// @throws Broken when these are not what may be left of a log that ends there
    private void compare(List<Found> found, ExpectedBatch end, long start) {
        State state = new State(aborted(end), start);
        Set<Long> left = new HashSet<>();
        int at = 0;
        for (ExpectedBatch one : end.from(start)) {
            boolean is = at < found.size() && found.get(at).batch.baseOffset() == one.baseOffset;
            Found there = is ? found.get(at++) : null;
            checkLeft(one, there, start);
            if (one.batch.isControl()) {
                boolean needed = left.remove(one.batch.producerId());
                unless(
                        there != null || !needed,
                        "L-1",
                        "%s has no %s, but records of that transaction",
                        name,
                        one.batch);
            } else if (there != null) {
                state.add(one, there.records);
                if (one.batch.isTransactional() && !there.records.isEmpty()) {
                    left.add(one.batch.producerId());
                }
            }
        }
        if (at < found.size()) {
            throw new Broken("L-3", name + " has " + found.get(at).batch + ", never appended");
        }
        checkState(state, end, start);
    }

    /// @param there what is left of a batch; null when nothing is
    /// @param start records before it are not looked for
    private void checkLeft(ExpectedBatch one, @Nullable Found there, long start) {
        if (there != null && there.batch.bytes().equals(one.bytes)) {
            return;
        }
        BitSet gone = mayBeGone.get(one);
        if (gone == null) {
            throw new Broken("L-1", name + " has " + there + ", not " + one);
        }
        unless(there == null || sameBatch(one.batch, there.batch), "L-3", "%s is %s", one, there);
        List<LogRecord> left = there == null ? List.of() : there.records;
        int at = 0;
        List<LogRecord> records = one.records();
        for (int i = 0; i < records.size(); i++) {
            if (at < left.size() && left.get(at).equals(records.get(i))) {
                at++;
            } else {
                boolean may = records.get(i).offset() < start || gone.get(i);
                may |= start == Long.MAX_VALUE;
                unless(may, "L-1", "%s has lost %s", name, records.get(i));
            }
        }
        unless(at == left.size(), "L-3", "%s has %s of %s", name, left, one);
    }

    private static boolean sameBatch(RecordBatch appended, RecordBatch left) {
        return appended.baseOffset() == left.baseOffset()
                && appended.lastOffsetDelta() == left.lastOffsetDelta()
                && appended.leaderEpoch() == left.leaderEpoch()
                && appended.maxTimestamp() == left.maxTimestamp()
                && appended.producerId() == left.producerId()
                && appended.producerEpoch() == left.producerEpoch()
                && appended.baseSequence() == left.baseSequence()
                && appended.isTransactional() == left.isTransactional()
                && appended.isControl() == left.isControl();
    }

    private void checkState(State state, ExpectedBatch end, long start) {
        State right = new State(aborted(end), start);
        for (ExpectedBatch one : end.from(start)) {
            right.add(one, one.records());
        }
        unless(
                right.values.equals(state.values),
                "L-1",
                "%s says %s, and said %s",
                name,
                state,
                right);
    }

    /// Finds each batch by its offset, and the first record by time.
    private void checkLookups(Log log, List<Found> found) throws IOException {
        long start = log.startOffset();
        long timestamp = found.isEmpty() ? 0 : found.getLast().batch.maxTimestamp() - 300;
        TimestampedOffset first = null;
        for (Found one : found) {
            long offset = Math.max(one.batch.lastOffset(), start);
            ReadResult result = log.read(offset, Long.MAX_VALUE, one.batch.sizeBytes(), true);
            if (!(result instanceof LogSlice slice)) {
                throw new Broken("L-1", name + " does not find " + one + ": " + result);
            }
            boolean same = slice.toBytes().equals(one.batch.bytes());
            slice.release();
            unless(same, "L-3", "%s gives another batch than %s", name, one);
            for (LogRecord record : one.records) {
                if (first == null && record.offset() >= start && record.timestamp() >= timestamp) {
                    int epoch = one.batch.leaderEpoch();
                    first = new TimestampedOffset(record.timestamp(), record.offset(), epoch);
                }
            }
        }
        TimestampedOffset answer = log.offsetForTimestamp(timestamp);
        boolean right = Objects.equals(first, answer);
        unless(right, "time", "%s has at %d %s, not %s", name, timestamp, answer, first);
    }

    /// What a pass had not finished is gone.
    private void checkFiles(Log log) throws IOException {
        for (String file : log.directory().files().list(log.path())) {
            unless(!file.endsWith(SegmentPaths.UNFINISHED), "L-13", "%s keeps %s", name, file);
        }
    }

    /// The batches of transactions that were aborted, in a log that ends here.
    private Set<ExpectedBatch> aborted(ExpectedBatch end) {
        return aborted.computeIfAbsent(end, ExpectedCompaction::computeAborted);
    }

    private static Set<ExpectedBatch> computeAborted(ExpectedBatch end) {
        Set<ExpectedBatch> undone = new HashSet<>();
        Map<Long, List<ExpectedBatch>> open = new HashMap<>();
        for (ExpectedBatch one : end.from(0)) {
            EndMarker marker = one.batch.isControl() ? EndMarker.read(one.batch) : null;
            if (marker != null) {
                List<ExpectedBatch> ended = open.remove(one.batch.producerId());
                if (ended != null && !marker.commits()) {
                    undone.addAll(ended);
                }
            } else if (one.batch.isTransactional()) {
                open.computeIfAbsent(one.batch.producerId(), _ -> new ArrayList<>()).add(one);
            }
        }
        return undone;
    }

    private static ByteBuffer keyOf(LogRecord record) {
        ByteBuffer key = record.key();
        return key == null ? ByteBuffer.allocate(0) : key;
    }

    /// The last value of each key.
    private static final class State {
        private final Map<ByteBuffer, ByteBuffer> values = new HashMap<>();
        private final Set<ExpectedBatch> aborted;
        private final long start;

        State(Set<ExpectedBatch> aborted, long start) {
            this.aborted = aborted;
            this.start = start;
        }

        void add(ExpectedBatch appended, List<LogRecord> records) {
            if (appended.batch.isControl() || aborted.contains(appended)) {
                return;
            }
            for (LogRecord record : records) {
                ByteBuffer value = record.value();
                if (record.key() == null || record.offset() < start) {
                    continue;
                }
                if (value == null) {
                    values.remove(record.key());
                } else {
                    values.put(record.key(), value);
                }
            }
        }

        @Override
        public String toString() {
            Map<String, String> texts = new HashMap<>();
            values.forEach((key, value) ->
                    texts.put(CompactionModel.text(key), CompactionModel.text(value)));
            return texts.toString();
        }
    }
}
