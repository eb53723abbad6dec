package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OpenFilesTest {
    private static final int LIMIT = 3;

    @TempDir Path root;

    private final CountedFiles files = new CountedFiles();
    private Disk disk;

    @BeforeEach
    void start() throws IOException {
        disk = new Disk(root, files);
        disk.directory().limitOpenFiles(LIMIT);
    }

    @AfterEach
    void stop() throws IOException {
        disk.close();
        assertThat(files.open).isEmpty();
    }

    @Test
    void segmentsBeyondTheLimitAreClosedAndOpenedAgainWhenTheyAreRead() throws IOException {
        List<Log> logs = durableLogs(10);

        for (int round = 0; round < 2; round++) {
            for (Log log : logs) {
                assertThat(read(log)).hasSize(1);
                assertThat(segmentsOpen()).isLessThanOrEqualTo(LIMIT);
            }
        }
    }

    @Test
    void aSegmentInConstantUseStaysOpen() throws IOException {
        List<Log> logs = durableLogs(10);
        Log busy = logs.getFirst();
        busy.force();
        int openedBefore = files.opened("busy-0");

        for (int i = 1; i < 40; i++) {
            append(busy, 1);
            busy.force();
            read(logs.get(1 + i % 9));
        }

        assertThat(files.opened("busy-0") - openedBefore).isLessThanOrEqualTo(1);
    }

    @Test
    void aFileInUseIsNotClosed() throws IOException {
        List<Log> logs = durableLogs(10);
        List<LogSlice> slices = new ArrayList<>();
        for (Log log : logs) {
            slices.add((LogSlice) log.read(0, 1, Integer.MAX_VALUE, true));
        }

        for (LogSlice slice : slices) {
            assertThat(slice.toBytes().remaining()).isEqualTo(slice.sizeBytes());
        }
        assertThat(segmentsOpen()).isEqualTo(10);

        slices.forEach(LogSlice::release);
        disk.directory().checkpoint();
        disk.directory().checkpoint();
        assertThat(segmentsOpen()).isLessThanOrEqualTo(LIMIT);
    }

    @Test
    void aFileIsForcedBeforeItIsClosed() throws IOException {
        for (int i = 0; i < 10; i++) {
            append(log("dirty-" + i), 1);
        }
        assertThat(segmentsOpen()).isEqualTo(10);

        disk.directory().checkpoint();
        disk.directory().checkpoint();

        assertThat(segmentsOpen()).isLessThanOrEqualTo(LIMIT);
        assertThat(files.closedDirty).isEmpty();
    }

    @Test
    void howeverManyFilesThereAreToBeForcedTheyAreClosedSoon() throws IOException {
        for (int i = 0; i < 700; i++) {
            append(log("dirty-" + i), 1);
        }
        assertThat(segmentsOpen()).isEqualTo(700);

        // The first one finds that all were used lately.
        disk.directory().checkpoint();
        disk.directory().checkpoint();

        assertThat(segmentsOpen()).isLessThanOrEqualTo(LIMIT);
        assertThat(files.closedDirty).isEmpty();
    }

    @Test
    void aFileThatIsNoSegmentsAnyMoreIsClosedByTheWorkerAfterItsLastUse() throws IOException {
        Log log = durableLogs(1).getFirst();
        LogSlice slice = (LogSlice) log.read(0, 1, Integer.MAX_VALUE, true);
        log.delete();
        disk.directory().checkpoint();
        assertThat(slice.toBytes().remaining()).isEqualTo(slice.sizeBytes());

        slice.release();
        assertThat(segmentsOpen()).isEqualTo(1);
        disk.directory().checkpoint();

        assertThat(segmentsOpen()).isZero();
    }

    @Test
    void aDeletedFileThatWasNeverForcedIsClosedAfterItsLastUse() throws IOException {
        Log log = log("dirty-0");
        append(log, 1);
        LogSlice slice = (LogSlice) log.read(0, 1, Integer.MAX_VALUE, true);

        log.delete();
        slice.release();
        disk.directory().checkpoint();

        assertThat(segmentsOpen()).isZero();
    }

    @Test
    void whereThereAreNoDescriptorsOthersAreClosed() throws IOException {
        disk.directory().limitOpenFiles(100);
        List<Log> logs = durableLogs(40);
        disk.directory().limitOpenFiles(1);
        disk.directory().checkpoint();
        disk.directory().checkpoint();
        disk.directory().limitOpenFiles(100);

        files.descriptors = 20;

        for (Log log : logs) {
            assertThat(read(log)).hasSize(1);
        }
        assertThat(files.refused).isPositive();
    }

    @Test
    void whereThereAreNoDescriptorsAtAllOneCallFailsAndNothingElse() throws IOException {
        List<Log> logs = durableLogs(4);
        Log closed =
                logs.stream().filter(log -> !files.isOpen(log.name())).findFirst().orElseThrow();
        List<LogSlice> inUse = new ArrayList<>();
        for (Log log : logs) {
            if (log != closed) {
                inUse.add((LogSlice) log.read(0, 1, Integer.MAX_VALUE, true));
            }
        }
        files.descriptors = files.open.values().stream().mapToInt(Integer::intValue).sum();

        assertThatThrownBy(() -> closed.read(0, 1, 1000, true))
                .isInstanceOf(FileSystemException.class)
                .hasMessageContaining("Too many open files");
        assertThatThrownBy(() -> append(closed, 1)).isInstanceOf(FileSystemException.class);
        assertThat(disk.directory().failure()).isNull();

        inUse.forEach(LogSlice::release);
        assertThat(append(closed, 1)).isEqualTo(1);
        assertThat(read(closed)).hasSize(2);
    }

    private List<Log> durableLogs(int count) throws IOException {
        List<Log> logs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Log log = log((i == 0 ? "busy-" : "log-") + i);
            append(log, 1);
            log.force();
            logs.add(log);
        }
        return logs;
    }

    private static long append(Log log, int records) throws IOException {
        return log.append(Batches.of(records), 0);
    }

    private static List<RecordBatch> read(Log log) throws IOException {
        LogSlice slice = (LogSlice) log.read(0, log.endOffset(), Integer.MAX_VALUE, true);
        try {
            return Batches.in(slice.toBytes());
        } finally {
            slice.release();
        }
    }

    private Log log(String name) throws IOException {
        return disk.directory().log(name, new Uuid(1, 2), LogConfig.defaults());
    }

    private int segmentsOpen() {
        return files.open.entrySet().stream()
                .filter(entry -> entry.getKey().endsWith(SegmentPaths.LOG))
                .mapToInt(Map.Entry::getValue)
                .sum();
    }

    /// Counts what is open, and has only so many descriptors.
    private static final class CountedFiles extends UnforcedFiles {
        final Map<String, Integer> open = new HashMap<>();
        final Map<String, Integer> opened = new HashMap<>();
        final Map<String, Boolean> dirty = new HashMap<>();
        final List<String> closedDirty = new ArrayList<>();
        int descriptors = Integer.MAX_VALUE;
        int refused;

        boolean isOpen(String log) {
            return open.keySet().stream().anyMatch(path -> path.contains("/" + log + "/"));
        }

        int opened(String log) {
            return opened.entrySet().stream()
                    .filter(entry -> entry.getKey().contains("/" + log + "/"))
                    .filter(entry -> entry.getKey().endsWith(SegmentPaths.LOG))
                    .mapToInt(Map.Entry::getValue)
                    .sum();
        }

        @Override
        public LogFile open(Path path, Mode mode) throws IOException {
            if (open.values().stream().mapToInt(Integer::intValue).sum() >= descriptors) {
                refused++;
                throw new FileSystemException(path.toString(), null, "Too many open files");
            }
            LogFile file = super.open(path, mode);
            open.merge(path.toString(), 1, Integer::sum);
            opened.merge(path.toString(), 1, Integer::sum);
            return file;
        }

        @Override
        void writing(Path path, ByteBuffer from, long position) {
            dirty.put(path.toString(), true);
        }

        @Override
        void forcing(Path path) {
            dirty.remove(path.toString());
        }

        @Override
        void closing(Path path) {
            open.computeIfPresent(path.toString(), (p, n) -> n == 1 ? null : n - 1);
            if (dirty.containsKey(path.toString()) && path.toString().endsWith(SegmentPaths.LOG)) {
                closedDirty.add(path.toString());
            }
        }
    }
}
