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

/// What a node touches of the machine it runs on.
///
/// @param bootId differs after each start of the machine; empty when that is not known
/// @param stop ends the process at once, saying why: memory is exhausted, or what was written can
///   no longer be relied on. Called on any thread; does not return in a process of its own.
public record Machine(
        Clock clock, LogFiles files, Randomness randomness, String bootId, Consumer<String> stop) {
    /// The exit code that says that the fault is the program's or the machine's.
    private static final int EXIT_CODE = 70;

    private static final int BOOT_ID_BYTES_MAX = 64;

    /// This machine, for a process that is a node and nothing else.
    ///
    /// @param bootIdFile what it says differs after each start of the machine; a file that cannot
    ///   be read leaves that unknown
    public static Machine system(Path bootIdFile) {
        LogFiles files = LogFiles.system();
        return new Machine(
                Clock.system(),
                files,
                Randomness.system(),
                bootId(files, bootIdFile),
                Machine::halt);
    }

    private static String bootId(LogFiles files, Path path) {
        try (LogFile file = files.open(path, LogFiles.Mode.READ)) {
            ByteBuffer text = ByteBuffer.allocate(BOOT_ID_BYTES_MAX);
            file.read(text, 0);
            return US_ASCII.decode(text.flip()).toString().strip();
        } catch (IOException unknown) {
            return "";
        }
    }

    private static void halt(String why) {
        System.err.println("octavo: stopped: " + why);
        Runtime.getRuntime().halt(EXIT_CODE);
    }
}
