package io.octavo.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// A file that is read past the system's memory (`O_DIRECT`): what comes is what the disk has, and
/// nothing that somebody needs is pushed out of memory for it. Whole blocks only can be read so.
/// For one thread.
final class DiskReads extends ForwardingFile {
    /// A multiple of every usual disk's and file system's block.
    private static final int BLOCK_BYTES = 4 << 10;

    /// What is read at a time, at most.
    private static final int PART_BYTES = 256 << 10;

    /// Null where this Java has none.
    private static final @Nullable OpenOption DIRECT = direct();

    private static final ThreadLocal<ByteBuffer> BLOCKS =
            ThreadLocal.withInitial(() ->
                    ByteBuffer.allocateDirect(PART_BYTES + BLOCK_BYTES).alignedSlice(BLOCK_BYTES));

    private final FileChannel channel;

    private DiskReads(LogFile usual, FileChannel channel) {
        super(usual);
        this.channel = channel;
    }

    /// Opens a file that exists; as any other where the file system cannot do this.
    static LogFile open(Path path) throws IOException {
        LogFile usual = SystemFiles.INSTANCE.open(path, LogFiles.Mode.READ);
        FileChannel channel = DIRECT == null ? null : openDirect(path, DIRECT);
        return channel == null ? usual : new DiskReads(usual, channel);
    }

    private static @Nullable FileChannel openDirect(Path path, OpenOption direct) {
        try {
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, direct);
            boolean reads = false;
            try {
                // Some file systems open it, and refuse to read it.
                var _ = channel.read(BLOCKS.get().clear().limit(BLOCK_BYTES), 0);
                reads = true;
                return channel;
            } finally {
                if (!reads) {
                    channel.close();
                }
            }
        } catch (IOException | UnsupportedOperationException refused) {
            // Where it is the disk that does not answer, whoever reads meets that.
            return null;
        }
    }

    /// Found by its name: every use of it in a source is a warning, which nothing silences.
    private static @Nullable OpenOption direct() {
        try {
            Class<?> options = Class.forName("com.sun.nio.file.ExtendedOpenOption");
            for (Object option : options.getEnumConstants()) {
                if (option instanceof OpenOption known && option.toString().equals("DIRECT")) {
                    return known;
                }
            }
        } catch (ClassNotFoundException none) {
            // Files are read as any others then.
        }
        return null;
    }

    /// What cannot be read so may be in memory: as long as it can be had, it is not lost.
    @Override
    public int read(ByteBuffer into, long position) throws IOException {
        int start = into.position();
        int read;
        try {
            read = readBlocks(into, position);
        } catch (IOException unreadable) {
            into.position(start);
            read = 0;
        }
        // At the end of the file there is no rest.
        return into.hasRemaining() ? read + super.read(into, position + read) : read;
    }

    private int readBlocks(ByteBuffer into, long position) throws IOException {
        ByteBuffer blocks = BLOCKS.get();
        int total = 0;
        while (into.hasRemaining()) {
            long at = position + total;
            int skipped = (int) (at % BLOCK_BYTES);
            int wanted = Math.min(into.remaining(), PART_BYTES - skipped);
            blocks.clear().limit(Math.ceilDiv(skipped + wanted, BLOCK_BYTES) * BLOCK_BYTES);
            int got = channel.read(blocks, at - skipped) - skipped;
            if (got <= 0) {
                break;
            }
            into.put(blocks.flip().position(skipped).limit(skipped + Math.min(got, wanted)));
            total += Math.min(got, wanted);
        }
        return total;
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            super.close();
        }
    }
}
