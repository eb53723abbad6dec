package io.octavo.log;

import io.octavo.protocol.record.LogRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A log that another broker wrote, to be adopted.
abstract class AdoptionScene {
    static final int ALL = Integer.MAX_VALUE;
    static final int RECORDS = 3;
    static final String FIRST = "00000000000000000000.log";
    static final String SECOND = "00000000000000000006.log";

    @TempDir Path temp;
    final LogFiles files = new UnforcedFiles();
    Path source;
    byte[] first;

    /// A log of two segments and two epochs, by whoever.
    @BeforeEach
    void write() throws IOException {
        try (Disk disk = new Disk(temp.resolve("theirs"))) {
            Log log = disk.log();
            for (int i = 0; i < 4; i++) {
                log.append(Batches.of(RECORDS), 5 + i / 2);
                if (i == 1) {
                    log.roll();
                }
            }
            disk.directory().checkpoint();
        }
        source = temp.resolve("theirs").resolve(Disk.NAME);
        first = Files.readAllBytes(source.resolve(FIRST));
        Files.delete(temp.resolve("theirs").resolve(Checkpoint.FILE));
        Files.delete(temp.resolve("theirs").resolve(RunMarker.FILE));
    }

    /// A log of one segment, by whoever.
    void writeAgain(LogConfig config, Work work) throws IOException {
        Path root = Files.createTempDirectory(temp, "again");
        try (Disk disk = new Disk(root)) {
            work.on(disk.log(config));
        }
        source = root.resolve(Disk.NAME);
        Files.delete(root.resolve(Checkpoint.FILE));
        Files.delete(root.resolve(RunMarker.FILE));
    }

    interface Work {
        void on(Log log) throws IOException;
    }

    static List<Long> offsets(Log log) throws IOException {
        return CompactionModel.records(log).stream().map(LogRecord::offset).toList();
    }

    Disk adopted() throws IOException {
        Adoption.of(files, source).into(temp.resolve("ours"));
        return new Disk(temp.resolve("ours"));
    }
}
