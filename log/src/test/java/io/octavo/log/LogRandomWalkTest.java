package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.log.EpochHistory.Epoch;
import io.octavo.ports.Randomness;
import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A log against [LogModel], through everything that can happen to it short of losing what was
/// written; checks invariants L-1, L-2, L-13, I-1 and I-2 after each step.
class LogRandomWalkTest {
    private static final int STEPS = 300;
    private static final int PRODUCERS = 4;

    @TempDir Path temp;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void aLogIsWhatWasAppendedWhateverHappensToIt(long seed) throws IOException {
        Walk walk = new Walk(seed);
        for (int step = 0; step < STEPS; step++) {
            String what = "seed " + seed + ", step " + step + ": " + walk.step();
            walk.check(what);
        }
        walk.disk.close();
    }

    private final class Walk {
        private final Randomness random;
        private final LogConfig config;
        private final LogModel model = new LogModel();
        private final Map<Long, Integer> sequences = new HashMap<>();
        private final Map<Long, Integer> epochs = new HashMap<>();
        private final Map<Long, Boolean> open = new HashMap<>();
        private final Disk disk;
        private Log log;
        private int leaderEpoch;
        private long startSeen;
        private long historyStart;
        private boolean lossy;

        Walk(long seed) throws IOException {
            random = Randomness.seeded(seed);
            disk = new Disk(temp);
            config =
                    LogConfig.defaults()
                            .withSegmentBytesMax(1024 + random.nextInt(8192))
                            .withIndexIntervalBytes(random.nextInt(600))
                            .withSegmentMsMax(60_000);
            log = disk.log(config);
        }

        String step() throws IOException {
            disk.clock.advanceMs(random.nextInt(1000));
            int choice = random.nextInt(100);
            if (choice < 60) {
                return append();
            }
            if (choice < 70) {
                return repeat();
            }
            if (choice < 74) {
                log.roll();
                return "roll";
            }
            if (choice < 80) {
                log.force();
                return "force";
            }
            if (choice < 86) {
                disk.checkpoint();
                return "checkpoint";
            }
            if (choice < 89) {
                return truncate();
            }
            if (choice < 91) {
                return advanceStart();
            }
            if (choice < 94) {
                disk.restart();
                log = disk.log(config);
                return "restart";
            }
            if (choice < 97) {
                return kill();
            }
            return cutPower();
        }

        private String append() throws IOException {
            if (random.nextInt(20) == 0) {
                leaderEpoch += 1 + random.nextInt(2);
            }
            RecordBatch batch = batch();
            if (!batch.isControl()) {
                assertThat(log.producers().check(batch)).isEqualTo(ProducerCheck.Accepted.ACCEPTED);
            }
            long base = log.append(batch, leaderEpoch);
            assertThat(base).isEqualTo(model.endOffset);
            model.append(batch);
            return "append " + batch;
        }

        private RecordBatch batch() {
            int count = 1 + random.nextInt(5);
            long id = random.nextInt(PRODUCERS + 1) - 1L;
            if (id < 0) {
                return Batches.of(count, random.nextInt(200), Batches.TIME + random.nextInt(1000));
            }
            int epoch = epochs.getOrDefault(id, 0);
            if (open.getOrDefault(id, false) && random.nextInt(3) == 0) {
                open.put(id, false);
                return Batches.marker(id, epoch, random.nextInt(2) == 0);
            }
            if (random.nextInt(15) == 0) {
                epoch++;
                epochs.put(id, epoch);
                sequences.put(id, 0);
            }
            // Begins near the end of the sequences, so that they wrap.
            int sequence = sequences.getOrDefault(id, Integer.MAX_VALUE - 20);
            sequences.put(id, RecordBatch.sequenceAfter(sequence, count));
            boolean transactional = open.getOrDefault(id, false) || random.nextInt(4) == 0;
            open.put(id, transactional);
            return transactional
                    ? Batches.inTransaction(id, epoch, sequence, count)
                    : Batches.from(id, epoch, sequence, count);
        }

        /// A batch that a producer sends again gets the first one's offsets, if it is one of the
        /// last five.
        private String repeat() {
            if (model.batches.isEmpty()) {
                return "nothing to repeat";
            }
            LogModel.Entry old = model.batches.get(random.nextInt(model.batches.size()));
            RecordBatch batch = old.batch();
            if (!batch.hasProducerId() || batch.isControl() || batch.baseOffset() < historyStart) {
                return "nothing that is known";
            }
            int later = 0;
            boolean sameEpoch = true;
            for (LogModel.Entry entry : model.batches) {
                RecordBatch other = entry.batch();
                if (other.producerId() == batch.producerId()
                        && other.baseOffset() > batch.baseOffset()) {
                    sameEpoch &= other.producerEpoch() == batch.producerEpoch();
                    later += other.isControl() ? 0 : 1;
                }
            }
            ProducerCheck check = log.producers().check(batch);
            if (!sameEpoch) {
                assertThat(check).isInstanceOf(ProducerCheck.Fenced.class);
            } else if (later < 5) {
                assertThat(check)
                        .isEqualTo(
                                new ProducerCheck.Duplicate(
                                        batch.baseOffset(),
                                        batch.lastOffset(),
                                        batch.maxTimestamp()));
            } else {
                assertThat(check).isInstanceOf(ProducerCheck.OutOfOrder.class);
            }
            return "repeat " + batch;
        }

        private String truncate() throws IOException {
            long length = model.endOffset - model.startOffset;
            long back = Math.min(length, random.nextInt(60));
            long offset = model.endOffset - back;
            log.truncate(offset);
            model.truncate(offset);
            lossy = true;
            return "truncate to " + offset;
        }

        private String advanceStart() {
            long length = model.endOffset - model.startOffset;
            model.startOffset += random.nextInt((int) Math.min(length, 100) + 1);
            log.advanceStart(model.startOffset);
            return "start at " + model.startOffset;
        }

        /// The process is killed, maybe in the middle of an append.
        private String kill() throws IOException {
            Path last = lastSegment();
            int torn = 0;
            if (last != null) {
                ByteBuffer batch = Batches.of(1 + random.nextInt(5)).bytes();
                torn = random.nextInt(batch.remaining());
                long size = LogFiles.system().sizeBytes(last);
                try (LogFile file = LogFiles.system().open(last, LogFiles.Mode.WRITE)) {
                    file.write(batch.limit(torn), size);
                }
            }
            spoilAnIndex();
            disk.restartKilled();
            assertThat(disk.directory().lastRun()).isEqualTo(LastRun.KILLED);
            startMayBeOlder();
            return "kill, " + torn + " bytes torn";
        }

        /// Indexes are hints: whatever they say, what is read is right.
        private void spoilAnIndex() throws IOException {
            for (String name : LogFiles.system().list(disk.root.resolve(Disk.NAME))) {
                boolean index = name.endsWith("index");
                int choice = random.nextInt(10);
                if (index && choice == 0) {
                    LogFiles.system().delete(disk.file(name));
                } else if (index && choice == 1) {
                    spoilEnd(disk.file(name));
                }
            }
        }

        /// Garbage, or zeros, from somewhere to the end.
        private void spoilEnd(Path path) throws IOException {
            int size = (int) LogFiles.system().sizeBytes(path);
            ByteBuffer garbage = ByteBuffer.allocate(random.nextInt(size + 1));
            boolean zeros = random.nextInt(2) == 0;
            while (!zeros && garbage.remaining() >= Long.BYTES) {
                garbage.putLong(random.nextLong());
            }
            try (LogFile file = LogFiles.system().open(path, LogFiles.Mode.WRITE)) {
                file.write(garbage.clear(), size - garbage.capacity());
            }
        }

        /// The power fails: what was not forced is cut at any byte.
        private String cutPower() throws IOException {
            long durable = log.durableEnd();
            long lost = model.endOffset - durable;
            long keep = durable + (lost == 0 ? 0 : random.nextInt((int) lost + 1));
            cut(disk.root.resolve(Disk.NAME), keep);
            lossy = true;
            disk.restartMachine();
            startMayBeOlder();
            model.truncate(keep);
            return "power cut, durable " + durable + ", kept " + keep;
        }

        /// Cuts the files in the middle of the batch that holds `offset`, or at its start.
        private void cut(Path directory, long offset) throws IOException {
            LogFiles files = LogFiles.system();
            for (String name : files.list(directory)) {
                long base = SegmentPaths.offsetOf(name, SegmentPaths.LOG);
                if (base < 0) {
                    continue;
                }
                Path path = directory.resolve(name);
                if (base > offset) {
                    files.delete(path);
                    continue;
                }
                int position = 0;
                for (LogModel.Entry entry : model.batches) {
                    if (entry.baseOffset() >= base && entry.nextOffset() <= offset) {
                        position += entry.bytes().remaining();
                    }
                }
                long size = files.sizeBytes(path);
                int torn = position == size ? 0 : random.nextInt(40);
                try (LogFile file = files.open(path, LogFiles.Mode.WRITE)) {
                    file.truncate(Math.min(size, position + torn));
                }
            }
        }

        /// What was not noted in the checkpoint before a crash is forgotten.
        private void startMayBeOlder() throws IOException {
            log = disk.log(config);
            assertThat(log.startOffset()).isLessThanOrEqualTo(model.startOffset);
            model.startOffset = log.startOffset();
            startSeen = log.startOffset();
            lossy = true;
        }

        private @Nullable Path lastSegment() throws IOException {
            Path last = null;
            for (String name : LogFiles.system().list(disk.root.resolve(Disk.NAME))) {
                if (name.endsWith(SegmentPaths.LOG)) {
                    last = disk.file(name);
                }
            }
            return last;
        }

        /// Producers go on where the log is; those whose batches it has forgotten begin anew.
        private void followLog() {
            leaderEpoch = Math.max(log.epochs().latest(), leaderEpoch);
            sequences.clear();
            open.clear();
            epochs.replaceAll((_, epoch) -> epoch + 1);
            for (ProducerState state : log.producers().all()) {
                open.put(state.id, state.transactionStart() >= 0);
                if (state.batches() > 0 && epochs.getOrDefault(state.id, 0) <= state.epoch() + 1) {
                    epochs.put(state.id, (int) state.epoch());
                    sequences.put(state.id, RecordBatch.sequenceAfter(state.lastSequence(), 1));
                } else {
                    sequences.put(state.id, 0);
                }
            }
        }

        void check(String what) throws IOException {
            assertThat(log.endOffset()).as(what).isEqualTo(model.endOffset);
            assertThat(log.startOffset()).as(what).isEqualTo(model.startOffset);
            assertThat(log.startOffset()).as(what).isBetween(startSeen, log.endOffset());
            startSeen = log.startOffset();
            assertThat(log.durableEnd()).as(what).isLessThanOrEqualTo(log.endOffset());
            assertThat(withRecords(log.epochs().entries()))
                    .as(what)
                    .isEqualTo(withRecords(model.epochs()));
            checkProducers(what);
            for (int i = 0; i < 3; i++) {
                read(what);
            }
            checkTimestamps(what);
        }

        /// An epoch without records is remembered or not.
        private List<Epoch> withRecords(List<Epoch> epochs) {
            return epochs.stream().filter(e -> e.startOffset() < model.endOffset).toList();
        }

        /// A log that lost its last snapshot knows no more of its producers than is in its files;
        /// one that is opened again may find an older snapshot and know more. There is always an
        /// offset from which on it knows everything.
        private void checkProducers(String what) throws IOException {
            Map<Long, String> producers = new HashMap<>();
            for (ProducerState state : log.producers().all()) {
                producers.put(state.id, state.toString());
            }
            long first = log.view().active() == null ? 0 : log.view().segment(0).baseOffset();
            for (long start = 0; lossy && start <= first; start++) {
                if (producers.equals(model.producers(historyStart))) {
                    break;
                }
                historyStart = start;
            }
            assertThat(producers).as(what).isEqualTo(model.producers(historyStart));
            if (lossy) {
                followLog();
                lossy = false;
            }
        }

        private void checkTimestamps(String what) throws IOException {
            long timestamp = Batches.TIME + random.nextInt(1100) - 50;
            TimestampedOffset first = null;
            long latest = -1;
            for (LogModel.Entry entry : model.batches) {
                RecordBatch batch = entry.batch();
                latest = Math.max(latest, batch.maxTimestamp());
                if (first == null
                        && batch.lastOffset() >= model.startOffset
                        && batch.maxTimestamp() >= timestamp) {
                    first =
                            new TimestampedOffset(
                                    batch.maxTimestamp(),
                                    Math.max(batch.baseOffset(), model.startOffset),
                                    entry.epoch());
                }
            }
            assertThat(log.offsetForTimestamp(timestamp)).as(what).isEqualTo(first);
            TimestampedOffset last = log.maxTimestamp();
            if (last != null) {
                assertThat(last.timestamp()).as(what).isLessThanOrEqualTo(latest);
            }
        }

        private void read(String what) throws IOException {
            int length = (int) (model.endOffset - model.startOffset);
            long offset = model.startOffset + random.nextInt(length + 1);
            long end = random.nextInt(4) == 0 ? offset + random.nextInt(50) : Long.MAX_VALUE;
            int bytesMax = random.nextInt(4000);
            boolean atLeastOne = random.nextInt(2) == 0;
            String read = what + "; read " + offset + " to " + end + " max " + bytesMax;
            ByteBuffer expected = model.from(offset);
            RecordBatch first = !expected.hasRemaining() ? null : new RecordBatch(expected);
            ReadResult result = log.read(offset, end, bytesMax, atLeastOne);
            if (first == null || first.nextOffset() > end) {
                assertThat(result).as(read).isInstanceOf(ReadResult.Empty.class);
            } else if (!atLeastOne && first.sizeBytes() > bytesMax) {
                assertThat(result).as(read).isInstanceOf(ReadResult.Empty.class);
            } else {
                LogSlice slice = (LogSlice) result;
                check(read, slice, expected, end, Math.max(bytesMax, first.sizeBytes()));
                checkAborted(read, slice, offset);
                slice.release();
            }
        }

        private void check(String read, LogSlice slice, ByteBuffer expected, long end, int bytesMax)
                throws IOException {
            ByteBuffer bytes = slice.toBytes();
            assertThat(bytes.remaining()).as(read).isLessThanOrEqualTo(bytesMax);
            assertThat(bytes).as(read).isEqualTo(expected.slice(0, bytes.remaining()));
            long last = Batches.in(bytes.duplicate()).getLast().nextOffset();
            assertThat(last).as(read).isLessThanOrEqualTo(end);
            boolean full = bytes.remaining() == Math.min(bytesMax, expected.remaining());
            boolean bounded = end < model.endOffset;
            boolean segmentEnds = full || bounded || beginsSegment(last);
            assertThat(segmentEnds).as("%s gives as much as it may", read).isTrue();
        }

        /// All that have records in the slice, as far as the segments that are left tell. An index
        /// that was spoiled is an error until the next checkpoint.
        private void checkAborted(String read, LogSlice slice, long offset) throws IOException {
            List<AbortedTransaction> told;
            try {
                told = Objects.requireNonNull(log.aborted().in(slice, offset, true));
            } catch (DamagedLog spoiled) {
                disk.checkpoint();
                told = Objects.requireNonNull(log.aborted().in(slice, offset, true));
            }
            long end = Batches.in(slice.toBytes()).getLast().nextOffset();
            long start = Math.max(historyStart, log.view().segment(0).baseOffset());
            for (AbortedTransaction one : model.aborted(start, offset, end)) {
                assertThat(told).as(read + ": " + one).anyMatch(other -> isPart(one, other));
            }
            List<AbortedTransaction> all = model.aborted(0, offset, Long.MAX_VALUE);
            for (AbortedTransaction one : told) {
                assertThat(all).as(read + ": " + one).anyMatch(other -> isPart(one, other));
            }
        }

        /// Whether one is the other, of which maybe less is known.
        private static boolean isPart(AbortedTransaction one, AbortedTransaction other) {
            return other.producerId() == one.producerId()
                    && other.firstOffset() <= one.firstOffset()
                    && other.lastOffset() == one.lastOffset();
        }

        private boolean beginsSegment(long offset) throws IOException {
            SegmentPaths paths = new SegmentPaths(disk.root.resolve(Disk.NAME), offset);
            return LogFiles.system().exists(paths.log());
        }
    }
}
