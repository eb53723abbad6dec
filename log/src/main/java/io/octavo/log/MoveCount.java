package io.octavo.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How often a log was moved from one data directory to another ([Relocation]): the file
/// `moves.octavo` in its directory, a [SealedFile]. There is none before the first move.
///
/// ```
/// magic i32 = "OCTM" | version i16 = 1 | crc u32 | moves i64
/// ```
///
/// Of two directories that know a log as well, and to the same end, the one with the larger count
/// has it: the other could not be taken out of the way, or the machine stopped before it was. A
/// file that is not exactly this, or cannot be read, is as good as absent.
record MoveCount(long moves) {
    static final String FILE = "moves.octavo";

    /// Of a log that was never moved.
    static final MoveCount NONE = new MoveCount(0);

    private static final Logger LOG = LoggerFactory.getLogger(MoveCount.class);

    private static final int MAGIC = 0x4F43544D;
    private static final short VERSION = 1;

    static MoveCount read(LogFiles files, Path directory) {
        Path path = directory.resolve(FILE);
        try {
            ByteBuffer bytes = SealedFile.read(files, path, MAGIC, VERSION);
            return bytes == null || bytes.remaining() != Long.BYTES
                    ? NONE
                    : new MoveCount(bytes.getLong());
        } catch (IOException unreadable) {
            LOG.warn("{} is not readable; it counts as absent", path, unreadable);
            return NONE;
        }
    }

    MoveCount plus(int more) {
        return new MoveCount(moves + more);
    }

    /// Replaces the file for good.
    void write(LogFiles files, Path directory) throws IOException {
        ByteBuffer bytes = SealedFile.begin(MAGIC, VERSION, Long.BYTES);
        bytes.putLong(moves);
        SealedFile.replace(files, directory.resolve(FILE), bytes);
    }
}
