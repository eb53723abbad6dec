package io.octavo.log;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is known to be damaged in a log, in its directory: the file `damage.octavo`, big endian.
/// There is none while all is well.
///
/// ```
///  0  magic    i32 = "OCTD"
///  4  version  i16 = 1
///  6  crc      u32   CRC-32C of all that follows
/// 10  count    i32
/// 14  count times:
///       from i64 | to i64 | segment i64 | position i32 | positionEnd i32
///       | reason i16 length, UTF-8
/// ```
///
/// Without it damage would be forgotten where nothing else tells of it: a segment that is gone
/// leaves no trace once the log has grown behind, and a batch with a wrong CRC is found only by who
/// reads all of it. A file that is not exactly this is as good as absent.
final class DamageFile {
    static final String FILE = "damage.octavo";

    private static final Logger LOG = LoggerFactory.getLogger(DamageFile.class);

    private static final int MAGIC = 0x4F435444;
    private static final short VERSION = 1;
    private static final int CRC_AT = 6;
    private static final int BODY_AT = 10;
    private static final int RANGE_BYTES = 34;

    private DamageFile() {}

    static Damage read(LogFiles files, Path directory) throws IOException {
        ByteBuffer bytes = WholeFile.read(files, directory.resolve(FILE));
        if (bytes == null) {
            return Damage.NONE;
        }
        if (bytes.remaining() < BODY_AT + Integer.BYTES
                || bytes.getInt(0) != MAGIC
                || bytes.getShort(Integer.BYTES) != VERSION
                || bytes.getInt(CRC_AT) != crc(bytes)) {
            LOG.warn("{} is not whole; damage is found again when it is read", directory);
            return Damage.NONE;
        }
        Damage damage = Damage.NONE;
        bytes.position(BODY_AT);
        try {
            for (int left = bytes.getInt(); left > 0; left--) {
                damage = damage.with(range(bytes));
            }
        } catch (BufferUnderflowException | IllegalArgumentException strange) {
            LOG.warn("{} has a damage file of another kind: {}", directory, strange.toString());
        }
        return damage;
    }

    /// Replaces the file, or removes it when there is no damage; for good when this returns.
    static void write(LogFiles files, Path directory, Damage damage) throws IOException {
        if (damage.isEmpty()) {
            files.delete(directory.resolve(FILE));
            files.forceDirectory(directory);
            return;
        }
        int size = BODY_AT + Integer.BYTES;
        for (DamagedRange range : damage.ranges()) {
            size += RANGE_BYTES + reason(range).length;
        }
        ByteBuffer bytes = ByteBuffer.allocate(size);
        bytes.putInt(MAGIC).putShort(VERSION).putInt(0).putInt(damage.ranges().size());
        for (DamagedRange range : damage.ranges()) {
            byte[] reason = reason(range);
            bytes.putLong(range.from()).putLong(range.to()).putLong(range.segment());
            bytes.putInt(range.position()).putInt(range.positionEnd());
            bytes.putShort((short) reason.length).put(reason);
        }
        bytes.flip();
        bytes.putInt(CRC_AT, crc(bytes));
        WholeFile.replace(files, directory.resolve(FILE), bytes);
    }

    private static DamagedRange range(ByteBuffer bytes) {
        long from = bytes.getLong();
        long to = bytes.getLong();
        long segment = bytes.getLong();
        int position = bytes.getInt();
        int positionEnd = bytes.getInt();
        byte[] reason = new byte[Short.toUnsignedInt(bytes.getShort())];
        bytes.get(reason);
        return new DamagedRange(
                from,
                to,
                segment,
                position,
                positionEnd,
                new String(reason, StandardCharsets.UTF_8));
    }

    private static byte[] reason(DamagedRange range) {
        return range.reason().getBytes(StandardCharsets.UTF_8);
    }

    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(BODY_AT, bytes.limit() - BODY_AT));
        return (int) crc.getValue();
    }
}
