package io.octavo.broker;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.octavo.log.LogFile;
import io.octavo.log.LogFiles;
import io.octavo.ports.Clock;
import io.octavo.ports.Randomness;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a node touches of the machine it runs on.
///
/// @param memoryBytes how much memory the process shares with the page cache; 0 when that is not
///   known
/// @param bootId differs after each start of the machine; empty when that is not known
/// @param stop ends the process at once, saying why: memory is exhausted, or what was written can
///   no longer be relied on. Called on any thread; does not return in a process of its own.
public record Machine(
        Clock clock,
        LogFiles files,
        Randomness randomness,
        long memoryBytes,
        String bootId,
        Consumer<String> stop) {
    /// The exit code that says that the fault is the program's or the machine's.
    private static final int EXIT_CODE = 70;

    private static final int FIRST_BYTES = 64;

    private static final Path MEMORY = Path.of("/proc/meminfo");

    /// What a container may use (cgroup v2).
    private static final Path MEMORY_LIMIT = Path.of("/sys/fs/cgroup/memory.max");

    private static final Pattern NUMBER = Pattern.compile("\\d{1,15}");

    /// This machine, for a process that is a node and nothing else: it is halted where the node
    /// cannot go on.
    ///
    /// @param bootIdFile what it says differs after each start of the machine; a file that cannot
    ///   be read leaves that unknown
    public static Machine system(Path bootIdFile) {
        LogFiles files = LogFiles.system();
        return new Machine(
                Clock.system(),
                files,
                Randomness.system(),
                memoryBytes(files),
                begin(files, bootIdFile).strip(),
                Machine::halt);
    }

    /// The same for a process that goes on without the node: it is told why, in place of being
    /// ended, and then closes the node, on a thread that is not the node's.
    public Machine stoppedBy(Consumer<String> other) {
        return new Machine(clock, files, randomness, memoryBytes, bootId, other);
    }

    private static long memoryBytes(LogFiles files) {
        // The first line is `MemTotal: 24105000 kB`.
        long all = number(begin(files, MEMORY)) << 10;
        long limit = number(begin(files, MEMORY_LIMIT));
        return limit == 0 ? all : Math.min(all, limit);
    }

    private static long number(String text) {
        Matcher number = NUMBER.matcher(text);
        return number.find() ? Long.parseLong(number.group()) : 0;
    }

    /// What a file of the system begins with; nothing if it cannot be read.
    private static String begin(LogFiles files, Path path) {
        try (LogFile file = files.open(path, LogFiles.Mode.READ)) {
            ByteBuffer text = ByteBuffer.allocate(FIRST_BYTES);
            file.read(text, 0);
            return US_ASCII.decode(text.flip()).toString();
        } catch (IOException unknown) {
            return "";
        }
    }

    private static void halt(String why) {
        System.err.println("octavo: stopped: " + why);
        Runtime.getRuntime().halt(EXIT_CODE);
    }
}
