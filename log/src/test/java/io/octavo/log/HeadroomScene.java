package io.octavo.log;

import io.octavo.ports.ManualLoop;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A log that room is made ahead of, the thread that does it, run by hand, and what is written to
/// its files and forced of them.
abstract class HeadroomScene {
    static final int SEGMENT_BYTES = 16 << 20;
    static final String FIRST = "00000000000000000000.log";

    @TempDir Path root;

    final Zeros files = new Zeros();
    Disk disk;
    ManualLoop thread;
    Log log;
    boolean busy;

    @BeforeEach
    void open() throws IOException {
        disk = new Disk(root.resolve("one"), files);
        thread = new ManualLoop(disk.clock);
        log = started(disk, List.of(thread));
    }

    /// The log of a directory that these threads force.
    final Log started(Disk disk, List<ManualLoop> threads) throws IOException {
        disk.directory().start(threads, new DataDirectory.Watch() {});
        Log log = disk.log(config());
        log.ownedBy(
                new LogOwner() {
                    @Override
                    public void forced() {}

                    @Override
                    public boolean exclusively(Runnable work) {
                        if (!busy) {
                            work.run();
                        }
                        return !busy;
                    }
                });
        return log;
    }

    static LogConfig config() {
        return LogConfig.defaults().withSegmentBytesMax(SEGMENT_BYTES);
    }

    /// Eighty kilobytes each millisecond, forced at once.
    void appendMuchFor(int millis) throws IOException {
        for (int i = 0; i < millis; i++) {
            disk.clock.advanceMs(1);
            for (int j = 0; j < 8; j++) {
                log.append(Batches.of(1, 10_000, 1), 0);
            }
            thread.run();
        }
    }

    /// Ten kilobytes each millisecond.
    void appendFor(int millis) throws IOException {
        for (int i = 0; i < millis; i++) {
            disk.clock.advanceMs(1);
            log.append(Batches.of(1, 10_000, 1), 0);
            thread.run();
        }
    }

    @FunctionalInterface
    interface Meanwhile {
        void run() throws IOException;
    }

    /// Counts the zeros written to segments, or fails to write them; notes what is forced.
    static final class Zeros extends UnforcedFiles {
        final List<String> forced = new ArrayList<>();
        final List<Long> starts = new ArrayList<>();
        long zeroedTo;
        int bytes;
        long freeBytes = Long.MAX_VALUE;
        @Nullable IOException failure;
        @Nullable NoSpace uncut;

        /// What happens during the next force of a segment, by other threads.
        @Nullable Meanwhile duringForce;

        @Override
        void cutting(Path path) throws IOException {
            if (uncut != null) {
                throw uncut;
            }
        }

        @Override
        public DiskSpace space(Path directory) {
            return new DiskSpace(Long.MAX_VALUE, freeBytes);
        }

        @Override
        void writing(Path path, ByteBuffer from, long position) throws IOException {
            boolean batch = from.remaining() < 8 || from.getLong(from.position()) != 0;
            if (position == 0 || batch || !path.toString().endsWith(".log")) {
                return;
            }
            if (failure != null) {
                throw failure;
            }
            bytes += from.remaining();
            starts.add(position);
            zeroedTo = position + from.remaining();
        }

        @Override
        void forcing(Path path) throws IOException {
            forced.add(path.getFileName().toString());
            Meanwhile meanwhile = duringForce;
            if (meanwhile != null && path.endsWith(FIRST)) {
                duringForce = null;
                meanwhile.run();
            }
        }
    }
}
