package io.octavo.log;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Which pages of an open file the system has in memory, found out without reading them, and how to
/// have it bring others there: `mincore` and `madvise` on a mapping that nobody touches. Safe for
/// any thread.
///
/// A read that does not wait (`preadv2` with `RWF_NOWAIT`) would need the file's descriptor. Java
/// gives that to nobody but who opens its modules, and then the start takes 40 % longer.
final class PageCache {
    /// One page in so many bytes is asked for: the system reads ahead and forgets in larger pieces.
    private static final int STEP_BYTES = 256 << 10;

    /// Of so few bytes, every page is asked for: that costs no more.
    private static final int WHOLE_BYTES = 16 << 10;

    /// The system takes no more at a time than the disk does, which is as much at least.
    private static final int ADVISED_BYTES = 128 << 10;

    /// A file that grows is mapped anew when it is larger by half: seventeen times, from one
    /// megabyte to a thousand.
    private static final double GROWTH = 1.5;

    private final Path path;
    private final FileChannel file;

    /// Of the file as it was; null before the first question, and while there is none.
    private volatile @Nullable Mapping mapping;

    /// Guarded by this.
    private boolean unmappable;

    PageCache(Path path, FileChannel file) {
        this.path = path;
        this.file = file;
    }

    /// Whether these bytes, which are in the file, are all in memory, by a sample. False where it
    /// cannot be told.
    boolean holds(long position, int sizeBytes) {
        Mapping known = mapping;
        if (known == null || position + sizeBytes > known.pages.byteSize()) {
            known = map();
        }
        if (known == null) {
            return false;
        }
        if (position + sizeBytes <= known.pages.byteSize()) {
            return isLoaded(known.pages.asSlice(position, sizeBytes));
        }
        try (Arena arena = Arena.ofConfined()) {
            return isLoaded(file.map(FileChannel.MapMode.READ_ONLY, position, sizeBytes, arena));
        } catch (IOException unknown) {
            return false;
        }
    }

    /// Has the system read these bytes, and waits until the first of them are in memory.
    ///
    /// By itself the system reads ahead of who goes through a file in order, as much at a time as
    /// the disk is set to, and in large pieces of memory for which it moves and frees others; on
    /// the thread that happens to be there. What is asked for here it reads into single pages.
    ///
    /// @return false where these are not, in the end
    boolean load(long position, int sizeBytes, int aheadBytes) {
        Mapping known = mapping;
        if (known == null || position + sizeBytes > known.pages.byteSize()) {
            known = map();
        }
        long bytes = known == null ? 0 : known.pages.byteSize();
        if (known == null || position + sizeBytes > bytes) {
            return false;
        }
        long start = position - position % LinuxFiles.PAGE_BYTES;
        long end = position + sizeBytes;
        long advised = Math.min(end + aheadBytes, bytes);
        for (long at = start; at < advised; at += ADVISED_BYTES) {
            long size = Math.min(ADVISED_BYTES, advised - at);
            if (!LinuxFiles.load(known.pages.asSlice(at, size))) {
                return false;
            }
        }
        try {
            ByteBuffer one = ByteBuffer.allocate(1);
            for (long at = start; at < end; at += ADVISED_BYTES) {
                var _ = file.read(one.clear(), Math.min(at + ADVISED_BYTES, end) - 1);
            }
        } catch (IOException unreadable) {
            return false;
        }
        return known.pages.asSlice(start, end - start).isLoaded();
    }

    /// To be called when nobody asks any more.
    void close() {
        for (Mapping known = mapping; known != null; known = known.older) {
            known.arena.close();
        }
    }

    /// The file is opened once more for this, only to be read: mapping what can be written makes it
    /// longer where it was cut meanwhile. One that has got another name since it was opened is
    /// sealed, and cut by nobody.
    ///
    /// @return what is mapped now; null where nothing can be
    private synchronized @Nullable Mapping map() {
        if (unmappable || !isOutgrown()) {
            return mapping;
        }
        Arena arena = Arena.ofShared();
        try (FileChannel readable = SystemFiles.readable(path)) {
            mapping = whole(readable, arena);
        } catch (NoSuchFileException renamed) {
            mapOpen(arena);
        } catch (FileSystemException passing) {
            // Such as too many descriptors.
            arena.close();
        } catch (IOException never) {
            arena.close();
            unmappable = true;
        }
        return mapping;
    }

    private boolean isOutgrown() {
        Mapping known = mapping;
        try {
            return known == null || file.size() >= GROWTH * known.pages.byteSize();
        } catch (IOException unknown) {
            return false;
        }
    }

    private void mapOpen(Arena arena) {
        try {
            mapping = whole(file, arena);
        } catch (IOException never) {
            arena.close();
            unmappable = true;
        }
    }

    private Mapping whole(FileChannel channel, Arena arena) throws IOException {
        MemorySegment pages = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        return new Mapping(arena, pages, mapping);
    }

    private static boolean isLoaded(MemorySegment pages) {
        if (pages.byteSize() <= WHOLE_BYTES) {
            return pages.isLoaded();
        }
        for (long at = pages.byteSize() - 1; at >= 0; at -= STEP_BYTES) {
            if (!pages.asSlice(at, 1).isLoaded()) {
                return false;
            }
        }
        return pages.asSlice(0, 1).isLoaded();
    }

    /// @param older of when the file was smaller, which somebody may still look at
    private record Mapping(Arena arena, MemorySegment pages, @Nullable Mapping older) {}
}
