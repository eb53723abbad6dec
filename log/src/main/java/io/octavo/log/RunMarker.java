package io.octavo.log;

import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Who uses a data directory and how it stopped: the file `run.octavo`, a [SealedFile].
///
/// ```
///  0  magic        i32 = "OCTR"
///  4  version      i16 = 1
///  6  crc          u32   CRC-32C of all that follows
/// 10  directoryId  16    made with the directory
/// 26  runId        16    of the process that wrote this
/// 42  clean        i8    1 when that process closed every log
/// 43  bootId       i16 length, UTF-8
/// ```
///
/// It is replaced at start, before any log is opened, and at a clean stop.
///
/// @param bootId what the machine was called since its start; empty when that is not known
record RunMarker(Uuid directoryId, Uuid runId, boolean clean, String bootId) {
    static final String FILE = "run.octavo";

    private static final int MAGIC = 0x4F435452;
    private static final short VERSION = 1;
    private static final int BOOT_ID_AT = 43;

    /// Null when there is none, or what there is is not whole.
    ///
    /// @throws IOException when another version of this program wrote it
    static @Nullable RunMarker read(LogFiles files, Path root) throws IOException {
        ByteBuffer bytes = WholeFile.read(files, root.resolve(FILE));
        if (bytes == null || bytes.remaining() < SealedFile.BODY_AT || bytes.getInt(0) != MAGIC) {
            return null;
        }
        short version = bytes.getShort(Integer.BYTES);
        if (version != VERSION) {
            throw new IOException(
                    root
                            + " was written by another version of octavo (format "
                            + version
                            + ", this one reads "
                            + VERSION
                            + "); use that version, or another directory");
        }
        if (bytes.remaining() < BOOT_ID_AT + Short.BYTES || !SealedFile.isWhole(bytes)) {
            return null;
        }
        bytes.position(SealedFile.BODY_AT);
        Uuid directoryId = new Uuid(bytes.getLong(), bytes.getLong());
        Uuid runId = new Uuid(bytes.getLong(), bytes.getLong());
        boolean clean = bytes.get() == 1;
        if (bytes.getShort(BOOT_ID_AT) != bytes.limit() - BOOT_ID_AT - Short.BYTES) {
            return null;
        }
        return new RunMarker(directoryId, runId, clean, SealedFile.text(bytes));
    }

    /// How the run that left a marker ended.
    ///
    /// @param bootId what the machine is called now
    static LastRun ended(@Nullable RunMarker last, String bootId) {
        if (last == null) {
            return LastRun.NONE;
        }
        if (last.clean()) {
            return LastRun.CLEAN;
        }
        boolean same = !bootId.isEmpty() && bootId.equals(last.bootId());
        return same ? LastRun.KILLED : LastRun.MACHINE_RESTARTED;
    }

    void write(LogFiles files, Path root) throws IOException {
        int size = BOOT_ID_AT - SealedFile.BODY_AT + SealedFile.textBytes(bootId);
        ByteBuffer bytes = SealedFile.begin(MAGIC, VERSION, size);
        bytes.putLong(directoryId.most()).putLong(directoryId.least());
        bytes.putLong(runId.most()).putLong(runId.least());
        bytes.put((byte) (clean ? 1 : 0));
        SealedFile.putText(bytes, bootId);
        SealedFile.replace(files, root.resolve(FILE), bytes);
    }
}
