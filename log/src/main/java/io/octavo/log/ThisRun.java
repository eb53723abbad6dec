package io.octavo.log;

import io.octavo.ports.Randomness;
import io.octavo.protocol.wire.Uuid;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// This process's run on a data directory.
///
/// ```
///  lock ─> how did the last run end? ─> its marker is replaced ─> logs are opened, written, closed
///                                                                    │ all of them, whole
///                                    unlock <─ marked as clean <─────┘
/// ```
///
/// The marker is replaced before any log is opened, so that a clean end is never believed of a run
/// that wrote afterwards.
final class ThisRun implements Closeable {
    static final String LOCK_FILE = ".lock";

    /// Apache Kafka's, in each data directory that it has formatted.
    private static final String KAFKAS_FILE = "meta.properties";

    private static final Logger LOG = LoggerFactory.getLogger(ThisRun.class);

    private final LogFiles files;
    private final Path root;
    private final Closeable lock;
    private final RunMarker marker;
    private final LastRun last;

    /// Whether the marker says that the machine is up since the last run.
    private final boolean cacheIsOfLastRun;

    /// The logs of which the page cache may hold what the last run could not force, and that were
    /// not opened since.
    private final Set<String> unverified = ConcurrentHashMap.newKeySet();

    private ThisRun(
            LogFiles files,
            Path root,
            Closeable lock,
            RunMarker marker,
            LastRun last,
            boolean cacheIsOfLastRun) {
        this.files = files;
        this.root = root;
        this.lock = lock;
        this.marker = marker;
        this.last = last;
        this.cacheIsOfLastRun = cacheIsOfLastRun;
    }

    /// Takes a directory, making it if there is none.
    ///
    /// @param randomness for the ids of the directory and of this run
    /// @param bootId what differs after each start of the machine; empty when that is not known
    /// @throws IOException when another broker has it, when it is Apache Kafka's, or it cannot be
    ///   read or written; the message is for people
    static ThisRun begin(LogFiles files, Path root, Randomness randomness, String bootId)
            throws IOException {
        WholeFile.makeDirectory(files, root.toAbsolutePath());
        Closeable lock = files.lock(root.resolve(LOCK_FILE));
        if (lock == null) {
            throw new IOException(
                    root + " is in use by another broker; stop it, or use another directory");
        }
        boolean begun = false;
        try {
            RunMarker last = RunMarker.read(files, root);
            if (last == null && files.exists(root.resolve(KAFKAS_FILE))) {
                // What Kafka has there belongs to no topic of this broker, and would go in a day.
                throw new IOException(
                        root
                                + " is a data directory of Apache Kafka ("
                                + KAFKAS_FILE
                                + " is in it); use another directory, and octavo partition adopt"
                                + " for what of it is to be served");
            }
            Uuid known = last == null ? Checkpoint.directoryId(files, root) : last.directoryId();
            Uuid id = known == null ? random(randomness) : known;
            RunMarker marker = new RunMarker(id, random(randomness), false, bootId);
            write(marker, files, root);
            begun = true;
            LastRun ended = ended(root, last, known, bootId);
            boolean same = RunMarker.ended(last, bootId) == LastRun.KILLED;
            return new ThisRun(files, root, lock, marker, ended, same);
        } finally {
            if (!begun) {
                lock.close();
            }
        }
    }

    /// On a full disk, what is kept free for what must go on makes room.
    private static void write(RunMarker marker, LogFiles files, Path root) throws IOException {
        try {
            marker.write(files, root);
        } catch (NoSpace full) {
            LOG.warn("{}; the reserve is given up", full.getMessage());
            files.delete(root.resolve(FreeSpace.RESERVE_FILE));
            marker.write(files, root);
        }
    }

    /// How the last run ended. One whose marker was lost may have been killed a moment ago.
    private static LastRun ended(
            Path root, @Nullable RunMarker last, @Nullable Uuid known, String bootId) {
        if (last == null && known != null) {
            LOG.error(
                    "{} is missing or not whole; what {} says is believed",
                    root.resolve(RunMarker.FILE),
                    Checkpoint.FILE);
            return LastRun.KILLED;
        }
        return RunMarker.ended(last, bootId);
    }

    /// Of a directory that could not be taken; leaves nothing in it.
    static ThisRun without(LogFiles files, Path root) {
        RunMarker nobody = new RunMarker(Uuid.ZERO, Uuid.ZERO, false, "");
        return new ThisRun(files, root, () -> {}, nobody, LastRun.NONE, false);
    }

    /// The directory's own identity, made with it.
    Uuid directoryId() {
        return marker.directoryId();
    }

    /// Differs from run to run, and no client knows it.
    Uuid id() {
        return marker.runId();
    }

    LastRun last() {
        return last;
    }

    /// Whether the page cache may hold what the last run wrote and could not force.
    boolean cacheMayBeOlder() {
        return last == LastRun.KILLED
                || (last == LastRun.MACHINE_RESTARTED && marker.bootId().isEmpty());
    }

    /// Whether the page cache is known to be the one of the last run, with all that it wrote.
    boolean cacheIsOfLastRun() {
        return cacheIsOfLastRun;
    }

    /// Takes note of the logs that there are, before any is opened.
    void found(Set<String> logs) {
        if (cacheMayBeOlder()) {
            unverified.addAll(logs);
        }
    }

    /// A log was opened: what was found of it is forced.
    void verified(String log) {
        unverified.remove(log);
    }

    /// Notes that every log was closed, and the checkpoint with them. The next run may believe what
    /// it reads by that, so it is not noted while there are logs that this one did not open.
    ///
    /// @param there whether there still is a log of this name
    void endedClean(Predicate<String> there) throws IOException {
        unverified.removeIf(log -> !there.test(log));
        if (!unverified.isEmpty()) {
            LOG.info(
                    "{}: {} logs were not opened since a process was killed; the next start takes"
                            + " this one for killed too",
                    root,
                    unverified.size());
            return;
        }
        new RunMarker(marker.directoryId(), marker.runId(), true, marker.bootId())
                .write(files, root);
    }

    /// Gives the directory back.
    @Override
    public void close() throws IOException {
        lock.close();
    }

    private static Uuid random(Randomness randomness) {
        return new Uuid(randomness.nextLong(), randomness.nextLong());
    }
}
