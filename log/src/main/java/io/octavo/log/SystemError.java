package io.octavo.log;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// Why the operating system could not do something. Java passes on the system's words, not its
/// number, and the words are of the C library and of the process's language: Linux is asked for
/// them, elsewhere they are taken to be English. Safe for any thread.
enum SystemError {
    BROKEN_DISK(5, "Input/output error"),
    SYSTEM_DESCRIPTORS(23, "Too many open files in system"),
    DESCRIPTORS(24, "Too many open files"),
    NO_SPACE(28, "No space left on device"),
    READ_ONLY_FILES(30, "Read-only file system"),
    QUOTA(122, "Disk quota exceeded");

    private static final int WORDS_BYTES_MAX = 1024;

    /// `errno.h` of Linux.
    private final int number;

    private final String english;

    /// Asked for when a failure is met for the first time: a start does not pay for it.
    private static final class Local {
        private static final Map<SystemError, String> WORDS = new EnumMap<>(SystemError.class);

        static {
            for (SystemError error : values()) {
                String words = words(error.number);
                WORDS.put(error, words == null || words.isBlank() ? error.english : words);
            }
        }
    }

    SystemError(int number, String english) {
        this.number = number;
        this.english = english;
    }

    /// Whether it is one of these that a failure's message, or a part of it, tells of.
    static boolean tellsOf(@Nullable String message, SystemError... errors) {
        return message != null && Arrays.stream(errors).anyMatch(error -> error.isIn(message));
    }

    /// Whether a call to Linux that failed left this in `errno`.
    boolean is(int errno) {
        return number == errno;
    }

    private boolean isIn(String message) {
        return message.contains(english)
                || message.contains(Local.WORDS.getOrDefault(this, english));
    }

    /// What the C library says to an error; null where that is not to be had.
    @SuppressWarnings("restricted") // The launcher allows it; without that Java warns, once.
    private static @Nullable String words(int number) {
        if (!System.getProperty("os.name").equals("Linux")) {
            return null;
        }
        try {
            Linker linker = Linker.nativeLinker();
            // char *strerror(int errnum)
            var strerror =
                    linker.downcallHandle(
                            linker.defaultLookup().findOrThrow("strerror"),
                            FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
            var words = (MemorySegment) strerror.invokeExact(number);
            return text(words.reinterpret(WORDS_BYTES_MAX));
        } catch (UnsupportedOperationException | NoSuchElementException none) {
            return null;
        } catch (Throwable impossible) {
            throw new IllegalStateException("a system call threw", impossible);
        }
    }

    /// In the encoding in which Java reads them, too.
    private static String text(MemorySegment words) {
        int bytes = 0;
        while (bytes < WORDS_BYTES_MAX && words.get(ValueLayout.JAVA_BYTE, bytes) != 0) {
            bytes++;
        }
        byte[] copy = words.asSlice(0, bytes).toArray(ValueLayout.JAVA_BYTE);
        String encoding = System.getProperty("sun.jnu.encoding");
        return new String(
                copy, encoding == null ? Charset.defaultCharset() : Charset.forName(encoding));
    }
}
