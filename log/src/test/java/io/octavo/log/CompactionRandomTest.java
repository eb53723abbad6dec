package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.ports.Randomness;
import io.octavo.protocol.record.Compression;
import io.octavo.protocol.record.EndMarker;
import io.octavo.protocol.record.LogRecord;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.record.RecordBatchBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Compaction against [CompactionModel]: keys, tombstones, codecs, leader epochs, producers and
/// transactions by chance, tiny segments, and maps so small that a pass seldom suffices.
class CompactionRandomTest {
    private static final int APPENDS = 200;
    private static final int APPENDS_BEFORE_STOP = 50;
    private static final int PRODUCERS = 4;
    private static final List<Compression> CODECS = List.of(Compression.values());
    private static final long RETENTION_MS = 60_000;

    @TempDir Path temp;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void compactionKeepsTheLastRecordOfEachKeyAndNothingElseChanges(long seed) throws IOException {
        Walk walk = new Walk(seed, new UnforcedFiles(), temp);
        for (int round = 0; round < 4; round++) {
            walk.append(APPENDS);
            walk.compact("seed " + seed + ", round " + round);
        }
        walk.disk.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12})
    void whereverCompactionStopsNothingIsLostAndTheNextRunFinishesIt(long seed) throws IOException {
        int steps = stoppedAfter(seed, Integer.MAX_VALUE);
        assertThat(steps).isGreaterThan(100);
        for (int step = 0; step < steps; step += 1 + step / 30) {
            stoppedAfter(seed, step);
        }
    }

    private int stoppedAfter(long seed, int step) throws IOException {
        StoppingFiles files = new StoppingFiles();
        Path root = Files.createDirectories(temp.resolve(seed + "-" + step));
        Walk walk = new Walk(seed, files, root);
        walk.append(APPENDS_BEFORE_STOP);
        walk.compact("seed " + seed);
        walk.append(APPENDS_BEFORE_STOP);
        files.stopAfter(step);
        try {
            CompactionModel.compact(walk.log, walk.disk.clock.wallMs(), walk.mapBytes);
        } catch (StoppingFiles.Stopped stopped) {
            assertThat(step).isNotEqualTo(Integer.MAX_VALUE);
        }
        int changes = files.changes();
        files.goOn();
        walk.disk.restartKilled();
        walk.log = walk.disk.log(walk.config);
        walk.checkRecords("seed " + seed + ", stopped after " + step);
        walk.compact("seed " + seed + ", stopped after " + step + ", then finished");
        walk.disk.close();
        return changes;
    }

    private static final class Walk {
        private final Randomness random;
        private final LogConfig config;
        private final CompactionModel model = new CompactionModel();
        private final Map<Long, Integer> sequences = new HashMap<>();
        private final Set<Long> open = new HashSet<>();

        /// When a pass first covered a tombstone, by its offset.
        private final Map<Long, Long> covered = new HashMap<>();

        private final Disk disk;
        private final long mapBytes;
        private Log log;
        private int leaderEpoch;
        private int values;

        Walk(long seed, LogFiles files, Path root) throws IOException {
            random = Randomness.seeded(seed);
            disk = Disk.on(root, files);
            mapBytes = (64 + random.nextInt(100)) * (long) KeyMap.ENTRY_BYTES;
            config =
                    LogConfig.defaults()
                            .withSegmentBytesMax(1024 + random.nextInt(8192))
                            .withIndexIntervalBytes(random.nextInt(600))
                            .with(
                                    new LogConfig.Compaction(
                                            true, 0.5, 0, Long.MAX_VALUE, RETENTION_MS));
            log = disk.log(config);
        }

        void append(int batches) throws IOException {
            for (int i = 0; i < batches; i++) {
                append();
            }
        }

        void compact(String what) throws IOException {
            long base = log.view().segment(0).baseOffset();
            long end = log.endOffset();
            CompactionModel.compact(log, disk.clock.wallMs(), mapBytes);
            long cleanEnd = log.compacted().cleanEnd();

            assertThat(log.view().segment(0).baseOffset()).as(what).isEqualTo(base);
            assertThat(log.endOffset()).as(what).isEqualTo(end);
            checkRecords(what);
            checkClean(what, cleanEnd);
            checkRestarts(what);
            if (random.nextInt(2) == 0) {
                disk.clock.advanceMs(RETENTION_MS / 2 + random.nextInt((int) RETENTION_MS));
            }
        }

        /// What is there is as it was appended, in order, and gives the same state.
        void checkRecords(String what) throws IOException {
            List<LogRecord> records = CompactionModel.records(log);
            long before = -1;
            for (LogRecord record : records) {
                assertThat(record.offset()).as(what).isGreaterThan(before);
                before = record.offset();
                assertThat(new CompactionModel.Entry(record).toString())
                        .as(what)
                        .isEqualTo(String.valueOf(model.entries.get(record.offset())));
            }
            assertThat(model.state(records)).as(what).isEqualTo(model.state());
        }

        /// Below the clean end is the last record of each key, and no other.
        private void checkClean(String what, long cleanEnd) throws IOException {
            Map<String, CompactionModel.Entry> last = model.lastBelow(cleanEnd);
            Map<String, Long> found = new HashMap<>();
            for (LogRecord record : CompactionModel.records(log)) {
                if (record.offset() < cleanEnd) {
                    String key = CompactionModel.text(record.key());
                    assertThat(found.put(key, record.offset())).as(what + ": " + key).isNull();
                    assertThat(last.get(key)).as(what).isSameAs(model.entries.get(record.offset()));
                }
            }
            long now = disk.clock.wallMs();
            for (CompactionModel.Entry entry : last.values()) {
                boolean there = found.containsKey(entry.key);
                long since = covered.computeIfAbsent(entry.offset, _ -> now);
                if (entry.value != null || now < since + RETENTION_MS) {
                    assertThat(there).as(what + ": " + entry).isTrue();
                }
            }
        }

        /// Another run finds the same, with or without snapshots and a checkpoint.
        private void checkRestarts(String what) throws IOException {
            List<Long> offsets = offsets();
            Map<Long, String> producers = producers();
            int choice = random.nextInt(4);
            disk.directory().checkpoint();
            if (choice == 0) {
                disk.restartKilled();
            } else if (choice == 1) {
                disk.restart();
            } else {
                disk.restart();
                disk.directory().close();
                if (choice == 2) {
                    Files.delete(disk.root.resolve(Checkpoint.FILE));
                }
                deleteSnapshots();
                disk.restartKilled();
            }
            log = disk.log(config);
            assertThat(offsets()).as(what).isEqualTo(offsets);
            assertThat(producers()).as(what).isEqualTo(producers);
            checkAborted(what);
        }

        /// Of records that are there, all; and none whose marker is not there, because a reader
        /// would go on skipping.
        private void checkAborted(String what) throws IOException {
            List<RecordBatch> batches = CompactionModel.batches(log);
            Map<Long, RecordBatch> byOffset = new HashMap<>();
            batches.forEach(batch -> byOffset.put(batch.baseOffset(), batch));
            for (long at = log.startOffset(); at < log.endOffset(); ) {
                LogSlice slice = (LogSlice) log.read(at, Long.MAX_VALUE, 1 << 20, true);
                long end = Batches.in(slice.toBytes()).getLast().nextOffset();
                List<AbortedTransaction> told =
                        Objects.requireNonNull(log.aborted().in(slice, at, true));
                slice.release();
                for (AbortedTransaction one : told) {
                    RecordBatch marker =
                            Objects.requireNonNull(byOffset.get(one.lastOffset()), what + one);
                    assertThat(EndMarker.read(marker)).as(what).isEqualTo(new EndMarker(false, 7));
                    assertThat(marker.producerId()).as(what).isEqualTo(one.producerId());
                }
                for (AbortedTransaction one : LogModel.aborted(batches, 0, at, end)) {
                    assertThat(told)
                            .as(what + ": " + one)
                            .anyMatch(other ->
                                    other.producerId() == one.producerId()
                                            && other.firstOffset() <= one.firstOffset()
                                            && other.lastOffset() == one.lastOffset());
                }
                at = end;
            }
        }

        private void deleteSnapshots() throws IOException {
            try (Stream<Path> files = Files.list(disk.file("."))) {
                for (Path file : (Iterable<Path>) files::iterator) {
                    if (file.toString().endsWith(SegmentPaths.SNAPSHOT)) {
                        Files.delete(file);
                    }
                }
            }
        }

        private List<Long> offsets() throws IOException {
            return CompactionModel.records(log).stream().map(LogRecord::offset).toList();
        }

        /// What fences and what tells duplicates of the last batch: epoch and last sequence.
        private Map<Long, String> producers() {
            Map<Long, String> known = new TreeMap<>();
            for (ProducerState state : log.producers().all()) {
                known.put(
                        state.id,
                        state.epoch()
                                + "/"
                                + state.lastSequence()
                                + "/"
                                + state.transactionStart());
            }
            return known;
        }

        private void append() throws IOException {
            disk.clock.advanceMs(random.nextInt(100));
            if (random.nextInt(50) == 0) {
                leaderEpoch++;
            }
            long id = random.nextInt(2 * PRODUCERS);
            if (open.contains(id) && random.nextInt(3) == 0) {
                boolean commits = random.nextInt(2) == 0;
                RecordBatch marker = Batches.marker(id, 0, commits);
                log.append(marker, leaderEpoch);
                model.append(marker, commits);
                open.remove(id);
                return;
            }
            RecordBatch batch = batch(id);
            log.append(batch, leaderEpoch);
            model.append(batch, null);
        }

        /// Half of the producers have no id, a quarter transactions.
        private RecordBatch batch(long id) {
            Compression codec = CODECS.get(random.nextInt(CODECS.size()));
            RecordBatchBuilder builder = new RecordBatchBuilder(codec);
            int count = 1 + random.nextInt(6);
            if (id < PRODUCERS) {
                int sequence = sequences.merge(id, count, Integer::sum) - count;
                builder.producer(id, (short) 0, sequence);
                if (id < PRODUCERS / 2) {
                    builder.transactional();
                    open.add(id);
                }
            }
            for (int i = 0; i < count; i++) {
                String value = random.nextInt(5) == 0 ? null : "value " + values++;
                builder.append(
                        disk.clock.wallMs() - random.nextInt(5000),
                        bytes("key " + random.nextInt(random.nextInt(4) == 0 ? 1000 : 100)),
                        value == null ? null : bytes(value),
                        List.of());
            }
            return new RecordBatch(builder.build());
        }

        private static ByteBuffer bytes(String text) {
            return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
