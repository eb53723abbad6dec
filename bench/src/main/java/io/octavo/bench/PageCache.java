package io.octavo.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// The operating system's page cache, kept as full as on a machine that has run for a day.
///
/// Memory that is free does not stay what it is on a virtual machine: within seconds it is given
/// back to the hypervisor, and then costs several times more CPU to touch again than a broker needs
/// to fill it. Whether a run met such memory depended on what ran before it. When the cache is
/// full, what is written takes the place of what was read longest ago, at the same price every
/// time.
public final class PageCache {
    private static final Path MEMORY = Path.of("/proc/meminfo");
    private static final Path DROP = Path.of("/proc/sys/vm/drop_caches");

    private static final int CHUNK_BYTES = 1 << 20;

    /// Read between two looks at how much is free.
    private static final int CHUNKS_PER_LOOK = 16;

    /// So much of the memory is left free: more than the kernel keeps free itself.
    private static final long FREE_PART = 64;

    private final Path filler;
    private long position;

    /// @param filler a file that does not exist yet; it takes no space on the disk
    PageCache(Path filler) {
        this.filler = filler;
    }

    /// Reads zeros until hardly any memory is free. What a run wrote just before is newer than what
    /// was read here before, and stays.
    public void fill() throws IOException {
        long total = bytes("MemTotal");
        if (!Files.exists(filler)) {
            makeFiller(total);
        }
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
        try (FileChannel channel = FileChannel.open(filler)) {
            for (long left = total; left > 0 && bytes("MemFree") > total / FREE_PART; ) {
                for (int i = 0; i < CHUNKS_PER_LOOK; i++) {
                    left -= channel.read(chunk.clear(), position);
                    position = (position + CHUNK_BYTES) % (total - CHUNK_BYTES);
                }
            }
        }
    }

    private void makeFiller(long bytes) throws IOException {
        try (FileChannel channel =
                FileChannel.open(filler, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(1), bytes - 1);
        }
    }

    /// What this machine lacks for [#drop()]; null when it lacks nothing.
    static @Nullable String lacksForDropping() {
        return Files.isWritable(DROP) ? null : "a writable " + DROP + ", which takes root";
    }

    /// Writes back what is dirty and has the system forget every page that no process has mapped;
    /// then fills what became free.
    void drop() throws IOException {
        try {
            new ProcessBuilder("sync").start().waitFor();
            Files.writeString(DROP, "3");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while files were written back", e);
        }
        fill();
    }

    /// A line of `/proc/meminfo`: `MemFree: 18305964 kB`.
    private static long bytes(String what) throws IOException {
        for (String line : Files.readAllLines(MEMORY)) {
            if (line.startsWith(what + ":")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        throw new IOException(MEMORY + " does not say " + what);
    }
}
