package io.octavo.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How much room a data directory's disk has, and who may have the last of it.
///
/// ```
///  0         reserve                 mark                                     all of the disk
///  ├────────────┼──────────────────────┼──────────────────────────────────────────┤
///   a file, given  everything goes on,   everything goes on
///   up when the    producing is refused
///   disk is full
/// ```
///
/// The system is asked about once a second; between two answers what is appended is taken off, also
/// where room was set aside for it before, so that producing may be refused somewhat early and go
/// on a moment later. [#look()] belongs to one thread at a time; the rest is safe for any.
final class FreeSpace {
    private static final Logger LOG = LoggerFactory.getLogger(FreeSpace.class);

    static final String RESERVE_FILE = "reserve.octavo";

    /// The default mark: this part of the disk, but no more than so much.
    private static final int MARK_PART = 20;

    private static final long MARK_BYTES_MAX = 2L << 30;

    /// Once it is refused, producing goes on when this part of the mark is free above it, but no
    /// more than so much: not for a few blocks that somebody gives back, to be refused again at
    /// once.
    private static final int RESUME_PART = 16;

    private static final long RESUME_BYTES_MAX = 16 << 20;

    /// The reserve: this part of the disk, but no more than so much.
    private static final int RESERVE_PART = 100;

    private static final long RESERVE_BYTES_MAX = 64 << 20;

    /// With less than this part of the reserve's size free the reserve is given up.
    private static final int SPENT_PART = 8;

    private static final int CHUNK_BYTES = 1 << 20;

    /// What one log may set aside of what is above the mark.
    private static final int SPARE_PART = 64;

    private final LogFiles files;
    private final Path root;

    private final AtomicLong appendedBytes = new AtomicLong();

    /// Who has set something aside.
    private final Set<SetAside> setAside = ConcurrentHashMap.newKeySet();

    /// What was appended when the system was asked.
    private volatile long appendedThen;

    private volatile long totalBytes;
    private volatile long freeBytes = Long.MAX_VALUE;
    private volatile long markBytes;

    /// Whether a write has found no space since the system was asked.
    private volatile boolean met;

    private boolean used;
    private volatile boolean reserved;

    /// Whether there was less than the mark when the system was asked, so that producing is refused
    /// until there is somewhat more.
    private volatile boolean low;

    /// Room on the disk that nothing is in yet.
    interface SetAside {
        /// Gives it back, if it was not used lately.
        ///
        /// @return whether there is none any more
        boolean giveBackUnused();
    }

    FreeSpace(LogFiles files, Path root) {
        this.files = files;
        this.root = root;
    }

    /// Where producing ends.
    ///
    /// @param bytes negative for the default
    void mark(long bytes) throws IOException {
        DiskSpace space = files.space(root);
        long part = space.totalBytes() / MARK_PART;
        markBytes = bytes < 0 ? Math.min(part, MARK_BYTES_MAX) : bytes;
        totalBytes = space.totalBytes();
        freeBytes = space.usableBytes();
    }

    void appended(int bytes) {
        appendedBytes.addAndGet(bytes);
    }

    /// What was appended since the start.
    long appendedBytes() {
        return appendedBytes.get();
    }

    /// How large the disk is and how much of it is free, as far as is known without asking.
    DiskSpace known() {
        return new DiskSpace(
                totalBytes, Math.max(0, freeBytes - appendedBytes.get() + appendedThen));
    }

    /// How much a log may set aside at a time for what is going to be appended to it: of what is
    /// above the mark a part so small that no number of logs takes the disk below it.
    long spareBytes() throws IOException {
        return Math.max(0, files.space(root).usableBytes() - markBytes) / SPARE_PART;
    }

    /// Somebody has set room aside, and is asked for it now and then until there is none.
    void isSetAside(SetAside room) {
        setAside.add(room);
    }

    /// Refuses to begin what takes so much at once that others would find none of the last space,
    /// which is theirs.
    ///
    /// @throws NoSpace when there would be less than the reserve
    void refuseUnlessFree(long bytes) throws IOException {
        DiskSpace space = files.space(root);
        refuse(bytes, space.usableBytes() - reserveBytes(space.totalBytes()), "the reserve");
    }

    /// Refuses to take in what would leave no room to produce.
    ///
    /// @throws NoSpace when there would be less than the mark
    void refuseBelowMark(long bytes) throws IOException {
        refuse(bytes, files.space(root).usableBytes() - markBytes, "what has to stay free");
    }

    private void refuse(long bytes, long left, String besides) throws NoSpace {
        if (left < bytes) {
            throw new NoSpace(
                    "the disk of %s has room for %d bytes more besides %s, not for %d"
                            .formatted(root, Math.max(left, 0), besides, bytes));
        }
    }

    private static long reserveBytes(long total) {
        return Math.min(total / RESERVE_PART, RESERVE_BYTES_MAX);
    }

    /// What must go on has found no space.
    void giveUpReserve() throws IOException {
        files.delete(root.resolve(RESERVE_FILE));
        reserved = false;
        met = true;
    }

    /// A write has found no space.
    void met() {
        met = true;
    }

    /// Why nothing is to be produced now; null while there is room.
    @Nullable String want() {
        long left = freeBytes - (appendedBytes.get() - appendedThen);
        return left >= (low ? resumeBytes() : markBytes) && !met
                ? null
                : want(met ? 0 : Math.max(left, 0));
    }

    private long resumeBytes() {
        return markBytes + Math.min(markBytes / RESUME_PART, RESUME_BYTES_MAX);
    }

    private String want(long left) {
        return "the disk of %s has %d bytes free, the mark is %d (octavo.disk.free.bytes.min): nothing is produced until there are %d; delete topics or records, or enlarge the disk"
                .formatted(root, left, markBytes, resumeBytes());
    }

    /// Asks the system, and makes the reserve or gives it up.
    void look() throws IOException {
        askForUnused();
        used |= appendedBytes.get() > 0;
        boolean full = met;
        met = false;
        appendedThen = appendedBytes.get();
        DiskSpace space = files.space(root);
        totalBytes = space.totalBytes();
        freeBytes = space.usableBytes();
        steerReserve(space.totalBytes(), full);
        String want = want();
        if (low != (want != null)) {
            low = want != null;
            if (low) {
                LOG.warn("{}", want);
            } else {
                LOG.info("the disk of {} has {} bytes free again", root, freeBytes);
            }
        }
    }

    /// Each is taken out before it is asked: by what it sets aside meanwhile it comes in again.
    private void askForUnused() {
        for (SetAside room : List.copyOf(setAside)) {
            setAside.remove(room);
            if (!room.giveBackUnused()) {
                setAside.add(room);
            }
        }
    }

    private void steerReserve(long total, boolean full) throws IOException {
        if (total == Long.MAX_VALUE) {
            return;
        }
        long wanted = reserveBytes(total);
        if (full || freeBytes < wanted / SPENT_PART) {
            files.delete(root.resolve(RESERVE_FILE));
            reserved = false;
            freeBytes = files.space(root).usableBytes();
        } else if (used && !reserved && freeBytes >= markBytes + wanted) {
            try {
                reserve(wanted);
            } catch (NoSpace others) {
                files.delete(root.resolve(RESERVE_FILE));
            }
            freeBytes = files.space(root).usableBytes();
        }
    }

    /// Takes the space by writing it: the file system has no other promise to give.
    private void reserve(long wanted) throws IOException {
        Path path = root.resolve(RESERVE_FILE);
        try (LogFile file = files.open(path, LogFiles.Mode.CREATE)) {
            ByteBuffer zeros = ByteBuffer.allocateDirect(CHUNK_BYTES);
            for (long at = file.sizeBytes(); at < wanted; at += zeros.limit()) {
                zeros.clear().limit((int) Math.min(CHUNK_BYTES, wanted - at));
                file.write(zeros, at);
            }
        }
        reserved = true;
    }
}
