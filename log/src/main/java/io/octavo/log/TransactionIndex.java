package io.octavo.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The aborted transactions whose markers are in one segment, by their markers: Kafka's
/// `.txnindex`, big endian.
///
/// ```
/// version i16 = 0 | producerId i64 | firstOffset i64 | lastOffset i64 | lastStableOffset i64
/// ```
///
/// The file has no checksum, so it counts only where its entries are those that were [Noted]. The
/// last entries are in memory:
///
/// ```
/// 0          first         written          count
/// ├── file ──┼── both ─────┼── memory ──────┤
/// ```
///
/// Does not change; [#with] gives the next one, to which room is left in the same array.
final class TransactionIndex {
    /// Entries in memory beyond which those that are in the file are dropped; half a megabyte.
    static final int IN_MEMORY_MAX = 8 << 10;

    private static final int ENTRY_BYTES = 34;
    private static final int READ_BYTES = ENTRY_BYTES << 10;
    private static final int CAPACITY_MIN = 4;
    private static final short VERSION = 0;
    private static final AbortedTransaction[] NOTHING = {};

    private final Noted noted;
    private final int written;
    private final int first;

    /// The marker before those in memory.
    private final long lastBefore;

    /// From number `first` on. Behind `count` they are a later index's.
    private final AbortedTransaction[] entries;

    private TransactionIndex(
            Noted noted, int written, int first, long lastBefore, AbortedTransaction[] entries) {
        this.noted = noted;
        this.written = written;
        this.first = first;
        this.lastBefore = lastBefore;
        this.entries = entries;
    }

    /// What is known of an index wherever its entries are, and kept with the producers' states.
    ///
    /// @param baseOffset the segment's
    /// @param checksum of all entries, each with that of those before it
    /// @param lastOffset the last marker
    /// @param firstOffsetMin where the first of these transactions begins
    record Noted(long baseOffset, int count, int checksum, long lastOffset, long firstOffsetMin) {
        static Noted nothing(long baseOffset) {
            return new Noted(baseOffset, 0, 0, -1, Long.MAX_VALUE);
        }

        Noted with(AbortedTransaction next) {
            CRC32C crc = new CRC32C();
            ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + ENTRY_BYTES).putInt(checksum);
            put(bytes, next);
            crc.update(bytes.flip());
            return new Noted(
                    baseOffset,
                    count + 1,
                    (int) crc.getValue(),
                    next.lastOffset(),
                    Math.min(firstOffsetMin, next.firstOffset()));
        }
    }

    /// One without entries, and without a file.
    static TransactionIndex empty(long baseOffset) {
        return new TransactionIndex(Noted.nothing(baseOffset), 0, 0, -1, NOTHING);
    }

    /// One whose entries are in the file.
    static TransactionIndex inFile(Noted noted) {
        return new TransactionIndex(noted, noted.count, noted.count, noted.lastOffset, NOTHING);
    }

    Noted noted() {
        return noted;
    }

    /// How many entries are in memory.
    int inMemory() {
        return noted.count - first;
    }

    /// How many entries are in memory only.
    int unwritten() {
        return noted.count - written;
    }

    boolean isWritten() {
        return written == noted.count;
    }

    /// With one more entry, whose marker is behind all others. Of each index there is one next.
    TransactionIndex with(AbortedTransaction next) {
        int used = inMemory();
        AbortedTransaction[] room = entries;
        int from = first;
        long before = lastBefore;
        if (used == room.length) {
            int dropped = used >= IN_MEMORY_MAX / 2 ? written - first : 0;
            before = dropped > 0 ? room[dropped - 1].lastOffset() : before;
            from += dropped;
            int left = used - dropped;
            room = Arrays.copyOfRange(room, dropped, dropped + Math.max(CAPACITY_MIN, 2 * left));
        }
        room[noted.count - from] = next;
        return new TransactionIndex(noted.with(next), written, from, before, room);
    }

    /// The same, once the first `count` entries are in the file.
    TransactionIndex written(int count) {
        return new TransactionIndex(
                noted, Math.min(Math.max(written, count), noted.count), first, lastBefore, entries);
    }

    /// The same without those in memory that are in the file, unless some are not.
    TransactionIndex shed() {
        return isWritten() ? inFile(noted) : this;
    }

    /// The same with all entries in memory.
    TransactionIndex loaded(List<AbortedTransaction> all) {
        return new TransactionIndex(noted, written, 0, -1, all.toArray(NOTHING));
    }

    /// Whether one of the transactions may have records from one offset up to another.
    boolean overlaps(long from, long to) {
        return noted.lastOffset >= from && noted.firstOffsetMin < to;
    }

    /// Whether those that end at `from` or behind are in memory.
    boolean covers(long from) {
        return first == 0 || from > lastBefore;
    }

    /// Adds those, of the ones in memory, that overlap.
    void find(long from, long to, List<AbortedTransaction> into) {
        for (int i = 0; i < inMemory(); i++) {
            if (entries[i].overlaps(from, to)) {
                into.add(entries[i]);
            }
        }
    }

    /// The entries that are wanted, in their order; null when the file has other entries than were
    /// noted, or there is none.
    @Nullable List<AbortedTransaction> read(
            LogFiles files, Path path, Predicate<AbortedTransaction> wanted) throws IOException {
        List<AbortedTransaction> found = new ArrayList<>();
        Noted seen = Noted.nothing(noted.baseOffset);
        if (first > 0) {
            seen = readFile(files, path, wanted, found);
        }
        for (int i = 0; seen != null && i < inMemory(); i++) {
            seen = added(seen, entries[i], wanted, found);
        }
        return noted.equals(seen) ? found : null;
    }

    /// Writes the entries that are in memory only, and makes the file last, but for its name.
    void writeTo(LogFiles files, Path path) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(unwritten() * ENTRY_BYTES);
        for (int i = written; i < noted.count; i++) {
            put(bytes, entries[i - first]);
        }
        if (written == 0) {
            // What is there may be what cannot be read.
            files.delete(path);
        }
        try (LogFile file = files.open(path, LogFiles.Mode.CREATE)) {
            file.write(bytes.flip(), (long) written * ENTRY_BYTES);
            file.truncate((long) noted.count * ENTRY_BYTES);
            file.force();
        }
    }

    /// Adds those, of the ones that are not in memory.
    ///
    /// @return what there was; null where there is no such file
    private @Nullable Noted readFile(
            LogFiles files,
            Path path,
            Predicate<AbortedTransaction> wanted,
            List<AbortedTransaction> found)
            throws IOException {
        Noted seen = Noted.nothing(noted.baseOffset);
        ByteBuffer part = ByteBuffer.allocate(READ_BYTES);
        try (LogFile file = files.open(path, LogFiles.Mode.READ)) {
            for (int at = 0; at < first; at += READ_BYTES / ENTRY_BYTES) {
                part.clear().limit(Math.min(READ_BYTES / ENTRY_BYTES, first - at) * ENTRY_BYTES);
                file.read(part, (long) at * ENTRY_BYTES);
                if (part.hasRemaining()) {
                    return null;
                }
                part.flip();
                while (part.hasRemaining()) {
                    if (part.getShort() != VERSION) {
                        return null;
                    }
                    seen = added(seen, next(part), wanted, found);
                }
            }
        } catch (NoSuchFileException absent) {
            return null;
        } catch (IOException unreadable) {
            if (OpenFiles.noDescriptors(unreadable)) {
                throw unreadable;
            }
            // As good as gone: what was in it is in the log.
            return null;
        }
        return seen;
    }

    private static Noted added(
            Noted seen,
            AbortedTransaction next,
            Predicate<AbortedTransaction> wanted,
            List<AbortedTransaction> found) {
        if (wanted.test(next)) {
            found.add(next);
        }
        return seen.with(next);
    }

    private static AbortedTransaction next(ByteBuffer entry) {
        return new AbortedTransaction(
                entry.getLong(), entry.getLong(), entry.getLong(), entry.getLong());
    }

    private static void put(ByteBuffer bytes, AbortedTransaction entry) {
        bytes.putShort(VERSION).putLong(entry.producerId()).putLong(entry.firstOffset());
        bytes.putLong(entry.lastOffset()).putLong(entry.lastStableOffset());
    }
}
