package io.octavo.broker;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// How long a thread has the processor at a time while others want it. Threads that requests wait
/// for work for microseconds and sleep again; where others have all processors, each time they wake
/// they wait for the end of somebody's slice, milliseconds. Who has a shorter one gets the
/// processor at once, and no more of it in all (Linux 6.12, EEVDF; needs no right).
///
/// ```
/// struct sched_attr: size u32 | policy u32 | flags u64 | nice i32 | priority u32 | runtime u64 | ...
/// ```
///
/// The runtime is the slice. Older systems take it and change nothing. Safe for any thread.
final class TimeSlice {
    /// The shortest there is.
    static final long SHORT_NANOS = 100_000;

    private static final int ATTRIBUTES_BYTES = 48;
    private static final long POLICY = 4;
    private static final long RUNTIME = 24;

    /// `SCHED_OTHER`; whoever gave the thread another policy knew why.
    private static final int FAIR = 0;

    private final MethodHandle syscall;
    private final long setNumber;
    private final long getNumber;

    @SuppressWarnings("restricted") // Only where it is allowed.
    private TimeSlice(Linker linker, long setNumber, long getNumber) {
        this.setNumber = setNumber;
        this.getNumber = getNumber;
        // long syscall(long number, ...): pid, attributes, and the size or flags; and flags
        syscall =
                linker.downcallHandle(
                        linker.defaultLookup().findOrThrow("syscall"),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_INT,
                                ValueLayout.ADDRESS,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT),
                        Linker.Option.firstVariadicArg(1));
    }

    /// Null where there is none, and where Java would warn of calls to the system: an application
    /// that embeds a broker has not allowed them.
    static @Nullable TimeSlice ofThisSystem() {
        if (!TimeSlice.class.getModule().isNativeAccessEnabled()
                || !System.getProperty("os.name").equals("Linux")) {
            return null;
        }
        try {
            return switch (System.getProperty("os.arch")) {
                case "amd64" -> new TimeSlice(Linker.nativeLinker(), 314, 315);
                case "aarch64", "riscv64" -> new TimeSlice(Linker.nativeLinker(), 274, 275);
                default -> null;
            };
        } catch (UnsupportedOperationException | NoSuchElementException none) {
            return null;
        }
    }

    /// Makes the calling thread's as short as can be.
    ///
    /// @return whether the system took it
    boolean shorten() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = read(arena);
            if (attributes == null || attributes.get(ValueLayout.JAVA_INT, POLICY) != FAIR) {
                return false;
            }
            attributes.set(ValueLayout.JAVA_LONG, RUNTIME, SHORT_NANOS);
            return call(setNumber, attributes, 0) == 0;
        }
    }

    /// The calling thread's; 0 where the system does not tell.
    long nanos() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = read(arena);
            return attributes == null ? 0 : attributes.get(ValueLayout.JAVA_LONG, RUNTIME);
        }
    }

    private @Nullable MemorySegment read(Arena arena) {
        MemorySegment attributes = arena.allocate(ATTRIBUTES_BYTES, Long.BYTES);
        boolean read = call(getNumber, attributes, ATTRIBUTES_BYTES) == 0;
        attributes.set(ValueLayout.JAVA_INT, 0, ATTRIBUTES_BYTES);
        return read ? attributes : null;
    }

    private long call(long number, MemorySegment attributes, int third) {
        try {
            return (long) syscall.invokeExact(number, 0, attributes, third, 0);
        } catch (Throwable impossible) {
            throw new IllegalStateException("a system call threw", impossible);
        }
    }
}
