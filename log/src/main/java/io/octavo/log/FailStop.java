package io.octavo.log;

import io.octavo.ports.Clock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The files of a data directory until one of them cannot be written or forced, whoever did that:
/// from then on the directory is out of service, and nothing in it is forced any more. After a
/// failed force the kernel takes the lost pages for written, and would report the next as a success
/// (ATC'20, "Can applications recover from fsync failures?").
///
/// Some failures pass, because what was written before is as safe as it was: a write for which
/// there is no space, and a file that could not be opened, renamed or removed. A read that fails is
/// damage ([DamagedLog]), and nothing here.
final class FailStop extends ForwardingFiles {
    private static final Logger LOG = LoggerFactory.getLogger(FailStop.class);

    private final Path root;
    private final Clock clock;
    private final Durations forceTimes = new Durations();
    private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
    private volatile Consumer<IOException> listener = _ -> {};

    FailStop(LogFiles files, Path root, Clock clock) {
        super(files);
        this.root = root;
        this.clock = clock;
    }

    /// How long the forces of files took.
    Durations forceTimes() {
        return forceTimes;
    }

    /// The directory could not be opened: it is out of service from the beginning.
    void lost(IOException cause) {
        failure.set(cause);
    }

    /// From now on this hears of the failure, on the thread that met it; at once, if there was one.
    void tell(Consumer<IOException> listener) {
        this.listener = listener;
        IOException already = failure.get();
        if (already != null) {
            listener.accept(already);
        }
    }

    /// What took the directory out of service; null while it works.
    @Nullable IOException failure() {
        return failure.get();
    }

    /// @throws IOException when the directory is out of service
    void refuseFailed() throws IOException {
        IOException cause = failure.get();
        if (cause != null) {
            throw new IOException(root + " failed: " + cause.getMessage(), cause);
        }
    }

    /// Takes the directory out of service, if it is not.
    ///
    /// @return what to throw
    IOException fail(IOException cause) {
        if (failure.compareAndSet(null, cause)) {
            LOG.error("{}: a write failed; nothing in it is acknowledged any more", root, cause);
            try {
                listener.accept(cause);
            } catch (RuntimeException ending) {
                // Whoever met the failure has to hear of that, and not of this.
                LOG.warn("{}: nobody takes its partitions out of service", root, ending);
            }
        }
        return cause;
    }

    @Override
    public LogFile open(Path path, Mode mode) throws IOException {
        try {
            return new Stopping(super.open(path, mode));
        } catch (IOException e) {
            boolean reads = mode == Mode.READ || mode == Mode.READ_DISK;
            throw reads ? e : failUnlessPassing(e);
        }
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        change(() -> super.createDirectory(directory));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        change(() -> super.rename(from, to));
    }

    @Override
    public void delete(Path path) throws IOException {
        change(() -> super.delete(path));
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        refuseFailed();
        try {
            super.forceDirectory(directory);
        } catch (FileSystemException unopened) {
            throw unopened;
        } catch (IOException e) {
            throw fail(e);
        }
    }

    private interface Change {
        void run() throws IOException;
    }

    private void change(Change change) throws IOException {
        try {
            change.run();
        } catch (IOException e) {
            throw failUnlessPassing(e);
        }
    }

    private IOException failUnlessPassing(IOException e) {
        boolean passing = e instanceof NoSpace || e instanceof FileSystemException;
        return passing && !isOfTheDisk(e) ? e : fail(e);
    }

    /// Whether the file system has said that the disk is broken.
    private static boolean isOfTheDisk(IOException e) {
        return e instanceof FileSystemException failed
                && SystemError.tellsOf(
                        failed.getReason(), SystemError.BROKEN_DISK, SystemError.READ_ONLY_FILES);
    }

    private final class Stopping extends ForwardingFile {
        Stopping(LogFile file) {
            super(file);
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            try {
                return super.read(into, position);
            } catch (FileSystemException | ClosedChannelException | DamagedLog told) {
                throw told;
            } catch (IOException unreadable) {
                throw new DamagedLog(path(), position, unreadable);
            }
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            change(() -> super.write(from, position));
        }

        /// What is lost is lost, also for want of space.
        @Override
        public void force() throws IOException {
            refuseFailed();
            long startNanos = clock.nanos();
            try {
                super.force();
            } catch (IOException e) {
                throw fail(e);
            }
            forceTimes.note(clock.nanos() - startNanos);
        }

        /// Where it fails, the next force would succeed.
        @Override
        public boolean writeBack(long from, long to) throws IOException {
            refuseFailed();
            try {
                return super.writeBack(from, to);
            } catch (IOException e) {
                throw fail(e);
            }
        }

        @Override
        public void truncate(long sizeBytes) throws IOException {
            change(() -> super.truncate(sizeBytes));
        }

        @Override
        public void extend(long sizeBytes) throws IOException {
            change(() -> super.extend(sizeBytes));
        }
    }
}
