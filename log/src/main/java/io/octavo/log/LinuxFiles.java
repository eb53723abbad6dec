package io.octavo.log;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// What Linux does with files and Java has no call for. Java also keeps the descriptors of its
/// files to itself: each call that needs one opens the file once more. Safe for any thread; blocks.
final class LinuxFiles {
    /// `fcntl.h`.
    private static final int WRITE_ONLY = 1;

    private static final int CLOSE_ON_EXEC = 0x80000;

    /// Waits for what is being written, writes, and waits for that.
    private static final int WRITE_AND_WAIT = 1 | 2 | 4;

    /// `errno.h`.
    private static final int EINVAL = 22;

    private static final int ENOSYS = 38;
    private static final int EOPNOTSUPP = 95;

    /// None of them: the call was not made, as the file could not be opened.
    private static final int UNOPENED = -1;

    private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();

    private static final VarHandle ERRNO =
            CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    /// A page is of so many bytes, or of more.
    static final int PAGE_BYTES = 4 << 10;

    /// `sys/mman.h`.
    private static final int WILL_NEED = 3;

    /// `int open(const char *path, int flags, ...)`
    private final MethodHandle open;

    /// `int fallocate64(int fd, int mode, off64_t offset, off64_t bytes)`
    private final MethodHandle fallocate;

    /// `int sync_file_range(int fd, off64_t offset, off64_t bytes, unsigned flags)`
    private final MethodHandle syncFileRange;

    private final MethodHandle close;

    /// `int madvise(void *address, size_t bytes, int advice)`
    private final MethodHandle madvise;

    @SuppressWarnings("restricted") // The launcher allows it; without that Java warns, once.
    private LinuxFiles(Linker linker, SymbolLookup symbols) {
        Linker.Option errno = Linker.Option.captureCallState("errno");
        open =
                linker.downcallHandle(
                        symbols.findOrThrow("open"),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
                        Linker.Option.firstVariadicArg(2));
        fallocate =
                linker.downcallHandle(
                        symbols.findOrThrow("fallocate64"),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG),
                        errno);
        syncFileRange =
                linker.downcallHandle(
                        symbols.findOrThrow("sync_file_range"),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_INT),
                        errno);
        close =
                linker.downcallHandle(
                        symbols.findOrThrow("close"),
                        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        madvise =
                linker.downcallHandle(
                        symbols.findOrThrow("madvise"),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.ADDRESS,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_INT));
    }

    /// Null until [#prepare()] has been called, and on another system.
    private static volatile @Nullable LinuxFiles prepared;

    /// Bound when they are first needed: a start does not pay for it, a tenth of a second of a
    /// processor. Null on another system.
    private static final class Bound {
        private static final @Nullable LinuxFiles CALLS = bind();

        private static @Nullable LinuxFiles bind() {
            try {
                Linker linker = Linker.nativeLinker();
                return new LinuxFiles(linker, linker.defaultLookup());
            } catch (UnsupportedOperationException | NoSuchElementException none) {
                return null;
            }
        }
    }

    /// Binds the calls, which whoever made the first of them would wait for. Until this has
    /// returned [#load] does nothing: it is for those who have something to wait for already.
    static void prepare() {
        prepared = Bound.CALLS;
    }

    /// Makes a file larger, with blocks set aside for all of it, so that nobody has to look for
    /// them when it is written; what is new reads as zeros.
    ///
    /// @return false where they are not, for any reason but those below; the file may be longer by
    ///   a part of them
    /// @throws NoSpace when the disk or the quota is full
    /// @throws IOException when the disk is broken, or not to be written to any more
    static boolean extend(Path path, long fromBytes, long toBytes) throws IOException {
        LinuxFiles calls = Bound.CALLS;
        if (calls == null) {
            return false;
        }
        int errno =
                calls.errno(
                        path,
                        (file, state) ->
                                (int)
                                        calls.fallocate.invokeExact(
                                                state, file, 0, fromBytes, toBytes - fromBytes));
        return isSetAside(path, errno);
    }

    /// Whether blocks are set aside, by what the call says. One that was interrupted, or forbidden,
    /// has lost nothing: only what tells of the disk itself is a failure of it.
    ///
    /// @param errno 0 when they are
    static boolean isSetAside(Path path, int errno) throws IOException {
        if (SystemError.NO_SPACE.is(errno)
                || SystemError.QUOTA.is(errno)
                || SystemError.BROKEN_DISK.is(errno)
                || SystemError.READ_ONLY_FILES.is(errno)) {
            throw failed(path, errno);
        }
        return errno == 0;
    }

    /// Has the whole pages between two positions written to the disk, and no others: a page that is
    /// being written makes whoever appends to it wait. Nothing survives a power cut by this.
    ///
    /// @return false where the system cannot
    /// @throws IOException when they could not be written; what is lost is lost
    static boolean writeBack(Path path, long from, long to) throws IOException {
        LinuxFiles calls = Bound.CALLS;
        long start = from / PAGE_BYTES * PAGE_BYTES;
        long bytes = to / PAGE_BYTES * PAGE_BYTES - start;
        if (calls == null || bytes <= 0) {
            return calls != null;
        }
        int errno =
                calls.errno(
                        path,
                        (file, state) ->
                                (int)
                                        calls.syncFileRange.invokeExact(
                                                state, file, start, bytes, WRITE_AND_WAIT));
        return isWrittenBack(path, errno);
    }

    /// Whether pages are written, by what the call says: whatever else it is but that there is no
    /// such call, they may be lost.
    ///
    /// @param errno 0 when they are
    static boolean isWrittenBack(Path path, int errno) throws IOException {
        return switch (errno) {
            case 0 -> true;
            case UNOPENED, EINVAL, ENOSYS, EOPNOTSUPP -> false;
            default -> throw failed(path, errno);
        };
    }

    /// Has the system begin to read the pages of a file that are mapped here.
    ///
    /// @param pages from the beginning of one on
    /// @return false where it does not, or not yet
    static boolean load(MemorySegment pages) {
        LinuxFiles calls = prepared;
        try {
            return calls != null
                    && (int) calls.madvise.invokeExact(pages, pages.byteSize(), WILL_NEED) == 0;
        } catch (Throwable impossible) {
            throw thrown(impossible);
        }
    }

    private static IllegalStateException thrown(Throwable impossible) {
        return new IllegalStateException("a system call threw", impossible);
    }

    private interface Call {
        /// @param state where the call leaves `errno`
        /// @return 0, or -1 when it failed
        int on(int file, MemorySegment state) throws Throwable;
    }

    /// Makes a call.
    ///
    /// @return 0, what it left in `errno`, or [#UNOPENED]
    private int errno(Path path, Call call) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            MemorySegment name = arena.allocateFrom(path.toString());
            int file = (int) open.invokeExact(name, WRITE_ONLY | CLOSE_ON_EXEC);
            if (file < 0) {
                return UNOPENED;
            }
            try {
                return call.on(file, state) == 0 ? 0 : (int) ERRNO.get(state, 0L);
            } finally {
                int _ = (int) close.invokeExact(file);
            }
        } catch (Throwable impossible) {
            throw thrown(impossible);
        }
    }

    private static IOException failed(Path path, int errno) {
        String message = path + " could not be written, errno " + errno;
        boolean noSpace = SystemError.NO_SPACE.is(errno) || SystemError.QUOTA.is(errno);
        return noSpace ? new NoSpace(message) : new IOException(message);
    }
}
