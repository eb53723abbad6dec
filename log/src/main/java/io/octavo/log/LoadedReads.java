package io.octavo.log;

import java.io.IOException;
import java.nio.ByteBuffer;

/// A file of which is brought into memory what is about to be read, and a little behind it, before
/// it is: who reads it by itself would have the system read ahead, then and whenever somebody comes
/// to where that ended ([PageCache#load]).
final class LoadedReads extends ForwardingFile {
    /// What begins with a batch's header goes on with the batch.
    private static final int AHEAD_BYTES = 256 << 10;

    LoadedReads(LogFile file) {
        super(file);
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
        int wanted = into.remaining();
        if (wanted > 0 && !isCached(position, wanted)) {
            // Where that is not to be had the read does it.
            var _ = load(position, wanted, AHEAD_BYTES);
        }
        return super.read(into, position);
    }
}
