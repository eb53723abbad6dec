package io.octavo.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How far compaction has come in one log: the file `compacted.octavo` in its directory, big
/// endian; there is none before the first pass.
///
/// ```
/// magic i32 = "OCTK" | version i16 = 1 | cleanEnd i64 | sparseEnd i64 | crc u32 of the 22 before
/// ```
///
/// *cleanEnd*: below it no key occurs twice, so that a pass has only to map what is behind. To lose
/// it costs a pass over everything. *sparseEnd*: below it offsets may be missing, which nothing
/// else takes out of a log; so it is durable before the first one is. When the file is not
/// readable, all but the last segment may be sparse.
///
/// Any thread reads; changed by the worker that compacts, and by the log's writer under [Upkeep]'s
/// lock.
final class CompactedRange {
    static final String FILE = "compacted.octavo";

    private static final Logger LOG = LoggerFactory.getLogger(CompactedRange.class);

    private static final int MAGIC = 0x4F43544B;
    private static final short VERSION = 1;
    private static final int CRC_AT = 22;
    private static final int FILE_BYTES = 26;

    private final LogFiles files;
    private final Path directory;
    private volatile long cleanEnd;
    private volatile long sparseEnd;

    /// Of a log that was never compacted.
    ///
    /// @param directory the log's
    CompactedRange(LogFiles files, Path directory) {
        this.files = files;
        this.directory = directory;
    }

    /// Takes what the file says.
    synchronized void read() throws IOException {
        ByteBuffer bytes = WholeFile.read(files, path());
        if (bytes == null) {
            return;
        }
        if (bytes.remaining() != FILE_BYTES
                || bytes.getInt() != MAGIC
                || bytes.getShort() != VERSION
                || bytes.getInt(CRC_AT) != crc(bytes.slice(0, CRC_AT))) {
            LOG.warn("{} is not readable; the log is compacted from its start", path());
            sparseEnd = Long.MAX_VALUE;
            return;
        }
        cleanEnd = bytes.getLong();
        sparseEnd = bytes.getLong();
    }

    /// Below this no key occurs twice.
    long cleanEnd() {
        return cleanEnd;
    }

    /// Below this offsets may be missing.
    long sparseEnd() {
        return sparseEnd;
    }

    /// From now on offsets below `end` may be missing.
    synchronized void thinOut(long end) throws IOException {
        if (end > sparseEnd) {
            write(cleanEnd, end);
        }
    }

    /// No key occurs twice below `end` now.
    synchronized void cleaned(long end) throws IOException {
        write(end, Math.max(sparseEnd, end));
    }

    /// The log is cut at `end`.
    synchronized void cut(long end) throws IOException {
        if (cleanEnd > end || sparseEnd > end) {
            write(Math.min(cleanEnd, end), Math.min(sparseEnd, end));
        }
    }

    private void write(long clean, long sparse) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(FILE_BYTES);
        bytes.putInt(MAGIC).putShort(VERSION).putLong(clean).putLong(sparse);
        bytes.putInt(crc(bytes.slice(0, CRC_AT)));
        WholeFile.replace(files, path(), bytes.flip());
        cleanEnd = clean;
        sparseEnd = sparse;
    }

    private Path path() {
        return directory.resolve(FILE);
    }

    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
