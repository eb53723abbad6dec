package io.octavo.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileSystemException;

/// Reads what can be read of a file, for who looks for damage or keeps what is left: zeros stand
/// for bytes that the disk cannot read, and for what lies behind the file's end.
final class TolerantRead {
    /// What a disk fails to read at a time, at least.
    private static final int PAGE_BYTES = 4 << 10;

    private TolerantRead() {}

    /// A file that is always read so.
    static LogFile of(LogFile file) {
        return new ForwardingFile(file) {
            @Override
            public int read(ByteBuffer into, long position) throws IOException {
                int bytes = into.remaining();
                fill(file, into, position);
                return bytes;
            }
        };
    }

    /// Fills a buffer.
    ///
    /// @throws IOException when it is not the disk that fails
    static void fill(LogFile file, ByteBuffer into, long position) throws IOException {
        int begin = into.position();
        if (!isRead(file, into, position)) {
            into.position(begin);
            fillPages(file, into, position);
        }
    }

    private static void fillPages(LogFile file, ByteBuffer into, long position) throws IOException {
        int bytes = into.remaining();
        int i = 0;
        while (i < bytes) {
            // To where a page of the file ends, so that one that is bad takes no part of others.
            int end = (int) Math.min(bytes, i + PAGE_BYTES - (position + i) % PAGE_BYTES);
            ByteBuffer page = into.slice(into.position() + i, end - i);
            if (!isRead(file, page, position + i)) {
                clear(page.clear());
            }
            i = end;
        }
        into.position(into.limit());
    }

    private static boolean isRead(LogFile file, ByteBuffer into, long position) throws IOException {
        try {
            file.read(into, position);
            clear(into);
            return true;
        } catch (FileSystemException | ClosedChannelException unrelated) {
            throw unrelated;
        } catch (IOException unreadable) {
            return false;
        }
    }

    private static void clear(ByteBuffer part) {
        while (part.hasRemaining()) {
            part.put((byte) 0);
        }
    }
}
