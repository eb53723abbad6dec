package io.octavo.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Puts the files of one segment in the place of several neighbours', of which the first has the
/// same base offset, so that a crash at any step leaves a log that was: while the file
/// `swap.octavo` is there the swap is to be finished, before that it has not begun. Big endian:
///
/// ```
/// magic i32 = "OCTW" | version i16 = 1 | crc u32 of all that follows
/// | firstSegment i64 | durableSegment i64 | segments i32       what the checkpoint says before
/// | bytes i32 | replaced i32 { base i64 }                      the new segment's size; the old ones
/// ```
///
/// ```
/// *.compacted.tmp forced ─> view published, readers go on there ─> checkpoint forced: it does not know
///   ─> directory forced ─> swap.octavo forced ─> renames, directory forced ─> checkpoint forced: it knows
///   ─> swap.octavo removed, directory forced
/// ```
///
/// The checkpoint counts segments, and between its two forces the count on disk is another: the
/// intent holds what it says before, so that recovery can tell which count it has.
final class SegmentSwap {
    static final String FILE = "swap.octavo";

    private static final int MAGIC = 0x4F435457;
    private static final short VERSION = 1;
    private static final int CRC_AT = 6;
    private static final int BODY_AT = 10;
    private static final int FIXED_BYTES = BODY_AT + 28;

    private final LogFiles files;
    private final Path directory;
    private final int bytes;
    private final long[] replaced;

    /// What recovery read.
    private final Noted noted;

    /// What large files were called, by base offset; also by an attempt that failed behind that.
    private final Map<Long, Path> leftovers = new HashMap<>();

    /// What the checkpoint says of the log before the swap.
    private record Noted(long firstSegment, long durableSegment, int segments) {
        static final Noted NOTHING = new Noted(-1, -1, 0);

        static Noted of(Checkpoint.Entry entry) {
            return new Noted(entry.firstSegment(), entry.durable().segment(), entry.segments());
        }
    }

    private SegmentSwap(LogFiles files, Path directory, int bytes, long[] replaced, Noted noted) {
        this.files = files;
        this.directory = directory;
        this.bytes = bytes;
        this.replaced = replaced;
        this.noted = noted;
    }

    /// @param directory the log's
    /// @param bytes the size of the new segment, whose files lie beside, forced
    /// @param replaced neighbours, by base offset
    static SegmentSwap of(LogFiles files, Path directory, int bytes, List<Segment> replaced) {
        long[] bases = replaced.stream().mapToLong(Segment::baseOffset).toArray();
        return new SegmentSwap(files, directory, bytes, bases, Noted.NOTHING);
    }

    /// The swap that the last run began in this directory; null when there is none.
    ///
    /// @throws DamagedLog when it cannot be told which files count
    static @Nullable SegmentSwap read(LogFiles files, Path directory) throws IOException {
        Path path = directory.resolve(FILE);
        ByteBuffer intent = WholeFile.read(files, path);
        if (intent == null) {
            return null;
        }
        boolean right =
                intent.remaining() >= FIXED_BYTES
                        && intent.getInt() == MAGIC
                        && intent.getShort() == VERSION
                        && intent.getInt() == crc(intent.slice(BODY_AT, intent.limit() - BODY_AT));
        if (!right) {
            throw new DamagedLog(
                    path + " is not readable, so that nothing tells which files count");
        }
        Noted noted = new Noted(intent.getLong(), intent.getLong(), intent.getInt());
        int bytes = intent.getInt();
        long[] replaced = new long[intent.getInt()];
        intent.asLongBuffer().get(replaced);
        return new SegmentSwap(files, directory, bytes, replaced, noted);
    }

    /// Whether the checkpoint's marks are behind what is replaced.
    private boolean follows(Checkpoint.Entry known) {
        return known.durable().segment() > lastReplaced()
                && known.written().segment() > lastReplaced();
    }

    private long lastReplaced() {
        return replaced[replaced.length - 1];
    }

    /// Says for good that the swap is to be finished.
    ///
    /// @param known what the checkpoint says, for good
    void begin(Checkpoint.@Nullable Entry known) throws IOException {
        if (known == null || !follows(known)) {
            throw new IllegalStateException(
                    directory + ": " + known + " is not behind segment " + lastReplaced());
        }
        Noted before = Noted.of(known);
        ByteBuffer intent = ByteBuffer.allocate(FIXED_BYTES + replaced.length * Long.BYTES);
        intent.putInt(MAGIC).putShort(VERSION).position(BODY_AT);
        intent.putLong(before.firstSegment).putLong(before.durableSegment);
        intent.putInt(before.segments).putInt(bytes).putInt(replaced.length);
        intent.asLongBuffer().put(replaced);
        intent.position(0);
        intent.putInt(CRC_AT, crc(intent.slice(BODY_AT, intent.limit() - BODY_AT)));
        // The names of what is promised first.
        files.forceDirectory(directory);
        WholeFile.replace(files, directory.resolve(FILE), intent);
    }

    /// Gives the new files their names and takes theirs from the old ones, as far as that is not
    /// done; the directory is to be forced then. Small files go at once.
    ///
    /// @return by base offset what large files are called now, to be removed when the directory is
    ///   forced
    /// @throws DamagedLog with nothing done, when the new segment is not the one that was written
    Map<Long, Path> rename() throws IOException {
        SegmentPaths made = new SegmentPaths(directory, replaced[0]);
        SegmentPaths besides = made.beside();
        boolean named = !files.exists(besides.log());
        mustBeWhole(named ? made.log() : besides.log());
        for (int i = 1; i < replaced.length; i++) {
            SegmentPaths old = new SegmentPaths(directory, replaced[i]);
            old.unlinkIndexes(files);
            setAside(old);
            files.delete(old.log());
        }
        for (int i = 0; i < made.indexes().length; i++) {
            Path index = made.indexes()[i];
            if (files.exists(besides.indexes()[i])) {
                files.rename(besides.indexes()[i], index);
            } else if (!named) {
                files.delete(index);
            }
        }
        if (!named) {
            setAside(made);
            files.rename(besides.log(), made.log());
        }
        return Map.copyOf(leftovers);
    }

    private void mustBeWhole(Path log) throws IOException {
        long there = files.exists(log) ? files.sizeBytes(log) : -1;
        if (there != bytes) {
            throw new DamagedLog(
                    log + " has " + there + " bytes of " + bytes + " that compaction wrote");
        }
    }

    /// To free a large file at once stalls the file system: it gets a name that [Removal] finds,
    /// and that none of its kind has.
    private void setAside(SegmentPaths old) throws IOException {
        if (!files.exists(old.log()) || files.sizeBytes(old.log()) <= Removal.STEP_BYTES) {
            return;
        }
        Path leftover = old.log();
        for (int i = 0; files.exists(leftover); i++) {
            leftover = old.path(SegmentPaths.LOG + "." + i + SegmentPaths.DELETED);
        }
        files.rename(old.log(), leftover);
        leftovers.put(old.baseOffset(), leftover);
    }

    /// Forgets the swap for good.
    static void end(LogFiles files, Path directory) throws IOException {
        files.delete(directory.resolve(FILE));
        files.forceDirectory(directory);
    }

    /// How many segments there should be, where the checkpoint counts those from its first up to
    /// its durable mark.
    int segmentsNow(Checkpoint.Entry known) {
        int gone = 0;
        for (int i = 1; i < replaced.length; i++) {
            gone += known.firstSegment() <= replaced[i] ? 1 : 0;
        }
        return Noted.of(known).equals(noted) ? known.segments() - gone : known.segments();
    }

    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
