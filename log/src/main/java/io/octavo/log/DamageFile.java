package io.octavo.log;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is known to be damaged in a log, in its directory: the file `damage.octavo`, a
/// [SealedFile]. There is none while all is well.
///
/// ```
/// magic i32 = "OCTD" | version i16 = 1 | crc u32
/// count i32, and so many times:
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

    /// Without the reason.
    private static final int RANGE_BYTES = 32;

    private DamageFile() {}

    static Damage read(LogFiles files, Path directory) throws IOException {
        Path path = directory.resolve(FILE);
        ByteBuffer bytes = SealedFile.read(files, path, MAGIC, VERSION);
        if (bytes == null) {
            if (files.exists(path)) {
                LOG.warn("{} is not whole; damage is found again when it is read", path);
            }
            return Damage.NONE;
        }
        Damage damage = Damage.NONE;
        try {
            for (int left = bytes.getInt(); left > 0; left--) {
                damage = damage.with(range(bytes));
            }
        } catch (BufferUnderflowException | IllegalArgumentException strange) {
            LOG.warn("{} is of another kind: {}", path, strange.toString());
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
        int size = Integer.BYTES;
        for (DamagedRange range : damage.ranges()) {
            size += RANGE_BYTES + SealedFile.textBytes(range.reason());
        }
        ByteBuffer bytes = SealedFile.begin(MAGIC, VERSION, size).putInt(damage.ranges().size());
        for (DamagedRange range : damage.ranges()) {
            bytes.putLong(range.from()).putLong(range.to()).putLong(range.segment());
            bytes.putInt(range.position()).putInt(range.positionEnd());
            SealedFile.putText(bytes, range.reason());
        }
        SealedFile.replace(files, directory.resolve(FILE), bytes);
    }

    private static DamagedRange range(ByteBuffer bytes) {
        return new DamagedRange(
                bytes.getLong(),
                bytes.getLong(),
                bytes.getLong(),
                bytes.getInt(),
                bytes.getInt(),
                SealedFile.text(bytes));
    }
}
