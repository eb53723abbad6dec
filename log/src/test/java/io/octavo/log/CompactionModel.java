package io.octavo.log;

import io.octavo.protocol.record.LogRecord;
import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Every record that was appended to a log, and what may be left of them, computed in the plainest
/// way.
final class CompactionModel {
    /// By offset.
    final TreeMap<Long, Entry> entries = new TreeMap<>();

    private final Map<Long, List<Entry>> open = new HashMap<>();

    /// One record; `aborted` once that is known.
    static final class Entry {
        final long offset;
        final long timestamp;
        final String key;
        final @Nullable String value;
        boolean aborted;

        Entry(LogRecord record) {
            offset = record.offset();
            timestamp = record.timestamp();
            key = text(record.key());
            ByteBuffer bytes = record.value();
            value = bytes == null ? null : text(bytes);
        }

        @Override
        public String toString() {
            return offset + " at " + timestamp + ": " + key + "=" + value;
        }
    }

    /// Adds a batch that the log has stamped.
    void append(RecordBatch batch, @Nullable Boolean commits) {
        if (commits != null) {
            List<Entry> ended = open.remove(batch.producerId());
            if (ended != null && !commits) {
                ended.forEach(entry -> entry.aborted = true);
            }
            return;
        }
        for (LogRecord record : batch.records()) {
            Entry entry = new Entry(record);
            entries.put(entry.offset, entry);
            if (batch.isTransactional()) {
                open.computeIfAbsent(batch.producerId(), _ -> new ArrayList<>()).add(entry);
            }
        }
    }

    /// The last value of each key that has one, among committed records.
    Map<String, String> state() {
        Map<String, String> state = new HashMap<>();
        for (Entry entry : entries.values()) {
            if (!entry.aborted) {
                if (entry.value == null) {
                    state.remove(entry.key);
                } else {
                    state.put(entry.key, entry.value);
                }
            }
        }
        return state;
    }

    /// The last record of each key below an offset, among committed ones.
    Map<String, Entry> lastBelow(long end) {
        Map<String, Entry> last = new HashMap<>();
        for (Entry entry : entries.headMap(end).values()) {
            if (!entry.aborted) {
                last.put(entry.key, entry);
            }
        }
        return last;
    }

    /// The same state, as far as a log's records tell.
    Map<String, String> state(List<LogRecord> records) {
        Map<String, String> state = new HashMap<>();
        for (LogRecord record : records) {
            Entry known = entries.get(record.offset());
            if (known != null && !known.aborted) {
                if (known.value == null) {
                    state.remove(known.key);
                } else {
                    state.put(known.key, known.value);
                }
            }
        }
        return state;
    }

    /// All records in a log but control records; every batch is verified.
    static List<LogRecord> records(Log log) throws IOException {
        List<LogRecord> records = new ArrayList<>();
        for (RecordBatch batch : batches(log)) {
            if (!batch.crcValid()) {
                throw new AssertionError(batch + " has a wrong CRC");
            }
            if (!batch.isControl()) {
                records.addAll(batch.records());
            }
        }
        return records;
    }

    static List<RecordBatch> batches(Log log) throws IOException {
        List<RecordBatch> batches = new ArrayList<>();
        long offset = log.startOffset();
        while (log.read(offset, Long.MAX_VALUE, Integer.MAX_VALUE, true)
                instanceof LogSlice slice) {
            List<RecordBatch> some = Batches.in(slice.toBytes());
            slice.release();
            batches.addAll(some);
            offset = some.getLast().nextOffset();
        }
        return batches;
    }

    /// Passes over a log until nothing is dirty.
    ///
    /// @return how many it took
    static int compact(Log log, long wallMs, long mapBytesMax) throws IOException {
        int passes = 0;
        while (true) {
            long end = log.endOffset();
            long decided = Math.min(end, log.producers().firstUnstableOffset(end));
            Dirtiness what = Dirtiness.of(log, decided, wallMs);
            if (what.dirtyBytes() == 0) {
                return passes;
            }
            try (Compaction pass = Compaction.begin(log, what, end, mapBytesMax, wallMs)) {
                run(pass);
                if (!pass.progressed()) {
                    return passes;
                }
                passes++;
            }
        }
    }

    static void run(Compaction pass) throws IOException {
        Compaction.Stage stage = pass.stage();
        while (stage != Compaction.Stage.DONE && stage != Compaction.Stage.OVERTAKEN) {
            if (stage == Compaction.Stage.PUBLISH) {
                pass.publish();
                stage = pass.stage();
            } else {
                stage = pass.step();
            }
        }
    }

    static String text(@Nullable ByteBuffer bytes) {
        return bytes == null ? "" : StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }
}
