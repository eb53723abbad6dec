package io.octavo.log;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// How far [Scrub] has come: the file `scrub.octavo` in the data directory, a [SealedFile].
///
/// ```
/// magic i32 = "OCTS" | version i16 = 1 | crc u32
/// | begunMs i64 | over i8 | segment i64 | nameLength i16 | name UTF-8
/// ```
///
/// @param begunMs when the round began, by the wall clock
/// @param over whether it has read everything
/// @param name of the log that is read, or to be read next; empty at the beginning
/// @param segment the base offset of its first segment that was not read
record ScrubProgress(long begunMs, boolean over, String name, long segment) {
    static final String FILE = "scrub.octavo";

    private static final int MAGIC = 0x4F435453;
    private static final short VERSION = 1;

    /// A round that begins.
    static ScrubProgress begin(long nowMs) {
        return new ScrubProgress(nowMs, false, "", 0);
    }

    /// A directory that is seen for the first time counts as just read.
    static ScrubProgress read(LogFiles files, Path root, long nowMs) throws IOException {
        ScrubProgress none = begin(nowMs).ended();
        ByteBuffer bytes = SealedFile.read(files, root.resolve(FILE), MAGIC, VERSION);
        if (bytes == null) {
            none.write(files, root);
            return none;
        }
        try {
            long begunMs = bytes.getLong();
            boolean over = bytes.get() != 0;
            long segment = bytes.getLong();
            return new ScrubProgress(begunMs, over, SealedFile.text(bytes), segment);
        } catch (BufferUnderflowException strange) {
            return none;
        }
    }

    void write(LogFiles files, Path root) throws IOException {
        int size = 2 * Long.BYTES + 1 + SealedFile.textBytes(name);
        ByteBuffer bytes = SealedFile.begin(MAGIC, VERSION, size);
        bytes.putLong(begunMs).put((byte) (over ? 1 : 0)).putLong(segment);
        SealedFile.putText(bytes, name);
        SealedFile.replace(files, root.resolve(FILE), bytes);
    }

    ScrubProgress ended() {
        return new ScrubProgress(begunMs, true, "", 0);
    }

    ScrubProgress at(String nextName, long nextSegment) {
        return new ScrubProgress(begunMs, over, nextName, nextSegment);
    }
}
