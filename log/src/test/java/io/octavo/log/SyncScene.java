package io.octavo.log;

import io.octavo.ports.ManualLoop;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A data directory whose forces are those of a test, and the two threads that do them, run by
/// hand.
abstract class SyncScene {
    @TempDir Path root;

    final Forces files = new Forces();
    final List<IOException> failures = new ArrayList<>();
    Disk disk;
    ManualLoop first;
    ManualLoop second;

    @BeforeEach
    void open() throws IOException {
        disk = new Disk(root, files);
        first = new ManualLoop(disk.clock);
        second = new ManualLoop(disk.clock);
        disk.directory()
                .start(
                        List.of(first, second),
                        new DataDirectory.Watch() {
                            @Override
                            public void failed(IOException failure) {
                                failures.add(failure);
                            }
                        });
        run();
    }

    Log owned(String name) throws IOException {
        return owned(name, () -> {});
    }

    Log owned(String name, Runnable told) throws IOException {
        Log log = disk.directory().log(name, Disk.TOPIC, LogConfig.defaults());
        log.ownedBy(new Told(told));
        return log;
    }

    /// A log that is not to be forced.
    Log unforced() throws IOException {
        Log log = disk.log(LogConfig.defaults().withFsync(false));
        log.ownedBy(new Told(() -> {}));
        return log;
    }

    void run() {
        first.run();
        second.run();
        first.run();
    }

    /// Has each force of `log`, of so many, take a millisecond and be followed by another.
    void again(Log log, int count, Runnable seen) {
        files.during =
                () -> {
                    disk.clock.advanceMs(1);
                    seen.run();
                    if (count > 1) {
                        append(log, 1);
                        again(log, count - 1, seen);
                    }
                };
    }

    static void append(Log log, int records) throws IOException {
        for (int i = 0; i < records; i++) {
            log.append(Batches.of(1), 0);
        }
    }

    /// An owner that nothing keeps from its log.
    private record Told(Runnable told) implements LogOwner {
        @Override
        public void forced() {
            told.run();
        }

        @Override
        public boolean exclusively(Runnable work) {
            work.run();
            return true;
        }
    }

    /// Notes forces; may fail one, or do something meanwhile.
    static final class Forces extends UnforcedFiles {
        final List<String> forced = new ArrayList<>();
        String failing = "nothing";
        boolean wanting;
        boolean writesBack;
        long writtenBack;
        Step during = () -> {};

        interface Step {
            void run() throws IOException;
        }

        @Override
        void forcing(Path path) throws IOException {
            forced.add(path.getFileName().toString());
            Step step = during;
            during = () -> {};
            step.run();
            if (path.toString().contains(failing)) {
                throw new IOException("broken by a test: " + path);
            }
        }

        @Override
        boolean writingBack(Path path, long from, long to) {
            writtenBack += writesBack ? to - from : 0;
            return writesBack;
        }

        @Override
        public void forceDirectory(Path directory) throws IOException {
            if (wanting) {
                throw new FileSystemException(directory.toString(), null, "Too many open files");
            }
        }
    }
}
