package io.octavo.log;

import io.octavo.log.EpochHistory.Epoch;
import io.octavo.protocol.wire.Uuid;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// How far each log of a data directory is written and durable, so that a restart reads only what
/// came after: the file `checkpoint.octavo`, drawn in [CheckpointRecords]. Records are appended for
/// the logs that changed, and the file is replaced when half of it no longer counts. Losing its end
/// is harmless, an older state is as true; except where a log was cut: then the note is forced
/// first.
///
/// Safe for any thread. What is noted here waits in memory until it is written.
final class Checkpoint {
    static final String FILE = "checkpoint.octavo";

    /// Not worth replacing below this, however little of it counts.
    private static final long REPLACE_BYTES_MIN = 4 << 20;

    private final LogFiles files;
    private final Path path;
    private final Uuid directoryId;
    private final String bootId;

    /// Guarded by this, like the two below.
    private final Map<String, Known> logs = new HashMap<>();

    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
    private int numberNext;

    /// Held while the file is written, so that notes do not wait for it; taken before this.
    private final Object writing = new Object();

    /// Guarded by writing, like the three below; null until the first write of this run, which
    /// replaces the file.
    private @Nullable LogFile file;

    /// Whether a write failed: then notes are in memory only, and the next one replaces the file.
    private boolean incomplete;

    private long fileBytes;
    private long countingBytes;

    /// What is known of one log.
    ///
    /// @param firstSegment the one that holds the start
    /// @param segments how many there are from that one up to the durable mark's
    /// @param written as far as this, while the machine is up; otherwise as far as it is durable
    /// @param durable survives a power cut as far as this
    record Entry(
            Uuid topicId,
            long startOffset,
            long firstSegment,
            int segments,
            Mark written,
            Mark durable,
            List<Epoch> epochs) {
        Entry onlyDurable() {
            return new Entry(
                    topicId, startOffset, firstSegment, segments, durable, durable, epochs);
        }
    }

    private record Known(int number, Entry entry) {}

    /// How many logs were noted that it did not know, in this run, and how many of these are known
    /// after a power cut. Guarded by this.
    private long namesNoted;

    private long namesForced;

    private Checkpoint(LogFiles files, Path path, Uuid directoryId, String bootId) {
        this.files = files;
        this.path = path;
        this.directoryId = directoryId;
        this.bootId = bootId;
    }

    /// Knows nothing, and is not to be written.
    static Checkpoint none(LogFiles files, Path root) {
        return new Checkpoint(files, root.resolve(FILE), Uuid.ZERO, "");
    }

    /// Reads what the runs before left; nothing, when it is of another directory or unreadable.
    ///
    /// @param bootId what differs after each start of the machine; empty when that is not known
    static Checkpoint open(LogFiles files, Path root, Uuid directoryId, String bootId)
            throws IOException {
        Checkpoint checkpoint = new Checkpoint(files, root.resolve(FILE), directoryId, bootId);
        ByteBuffer bytes = WholeFile.read(files, checkpoint.path);
        if (bytes != null) {
            CheckpointRecords.decode(bytes, directoryId, bootId).forEach(checkpoint::put);
        }
        return checkpoint;
    }

    /// The directory that the runs before were of, as far as the file says; null when it does not.
    static @Nullable Uuid directoryId(LogFiles files, Path root) throws IOException {
        ByteBuffer bytes = WholeFile.read(files, root.resolve(FILE));
        return bytes == null ? null : CheckpointRecords.directoryId(bytes);
    }

    /// Whether it knows logs that it may not know after a power cut: all of such a log could be
    /// taken for what was written last.
    synchronized boolean knowsNew() {
        return namesNoted > namesForced;
    }

    synchronized @Nullable Entry entry(String name) {
        Known known = logs.get(name);
        return known == null ? null : known.entry;
    }

    /// The logs it knows, sorted.
    synchronized Set<String> names() {
        return new TreeSet<>(logs.keySet());
    }

    /// Notes where a log is now.
    ///
    /// @param now asked while no other note is taken, so that notes have the order of what they
    ///   tell; null when that cannot be said now
    /// @return whether it was noted
    synchronized boolean note(String name, Supplier<@Nullable Entry> now) {
        Entry entry = now.get();
        if (entry == null) {
            return false;
        }
        Known before = logs.get(name);
        int number = put(name, entry);
        if (before == null) {
            namesNoted++;
        }
        if (before == null
                || !before.entry.topicId.equals(entry.topicId)
                || !before.entry.epochs.equals(entry.epochs)) {
            pend(CheckpointRecords.log(number, name, entry));
        }
        pend(CheckpointRecords.progress(number, entry));
        return true;
    }

    /// Notes that a log is no more.
    synchronized void forget(String name) {
        Known known = logs.remove(name);
        if (known != null) {
            pend(CheckpointRecords.gone(known.number));
        }
    }

    /// Brings the notes into the file.
    void write() throws IOException {
        synchronized (writing) {
            byte[] notes = take();
            if (notes.length == 0 && !incomplete) {
                return;
            }
            long grown = fileBytes + notes.length;
            boolean replacing =
                    file == null
                            || incomplete
                            || grown > Math.max(2 * countingBytes, REPLACE_BYTES_MIN);
            incomplete = true;
            if (replacing || file == null) {
                replace();
            } else {
                append(file, notes);
                fileBytes = grown;
            }
            incomplete = false;
        }
    }

    /// Where there is no room, the same is written to the same place later: that takes less room
    /// than all there is to note.
    private void append(LogFile file, byte[] notes) throws IOException {
        try {
            file.write(ByteBuffer.wrap(notes), fileBytes);
        } catch (NoSpace full) {
            putBack(notes);
            incomplete = false;
            throw full;
        }
    }

    private synchronized void putBack(byte[] notes) {
        byte[] since = pending.toByteArray();
        pending.reset();
        pend(notes);
        pend(since);
    }

    /// Brings the notes into the file and makes them survive a power cut.
    void force() throws IOException {
        synchronized (writing) {
            long names = namesNoted();
            write();
            if (file != null) {
                file.force();
            }
            namesForced(names);
        }
    }

    private synchronized long namesNoted() {
        return namesNoted;
    }

    private synchronized void namesForced(long names) {
        namesForced = names;
    }

    void close() throws IOException {
        synchronized (writing) {
            if (file != null) {
                file.close();
                file = null;
            }
        }
    }

    private synchronized int put(String name, Entry entry) {
        Known before = logs.get(name);
        int number = before == null ? numberNext++ : before.number;
        logs.put(name, new Known(number, entry));
        return number;
    }

    private void pend(byte[] record) {
        pending.writeBytes(record);
    }

    private synchronized byte[] take() {
        byte[] notes = pending.toByteArray();
        pending.reset();
        return notes;
    }

    private void replace() throws IOException {
        byte[] all = all();
        if (file != null) {
            file.close();
            file = null;
        }
        WholeFile.replace(files, path, ByteBuffer.wrap(all));
        file = files.open(path, LogFiles.Mode.WRITE);
        fileBytes = all.length;
        countingBytes = all.length;
    }

    /// A file in which everything counts; holds what was pending too.
    private synchronized byte[] all() {
        pending.reset();
        pend(CheckpointRecords.header(directoryId));
        pend(CheckpointRecords.boot(bootId));
        logs.forEach((name, known) -> {
            pend(CheckpointRecords.log(known.number, name, known.entry));
            pend(CheckpointRecords.progress(known.number, known.entry));
        });
        return take();
    }
}
