package io.octavo.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Who has the processors before whom, so that what goes on beside something that is measured goes
/// on as if it were elsewhere. A thread of [#FIRST] that wakes takes the place of any that is not
/// at once; otherwise it was seen to wait for milliseconds for the end of a turn, even of one of
/// [#LAST]. The system's own threads, which free memory and write back, are between the two.
public final class Precedence {
    /// Becomes the program that it is put before: the process is the same.
    public static final List<String> FIRST = List.of("chrt", "--rr", "1");

    /// The same.
    public static final List<String> LAST = List.of("chrt", "--idle", "0");

    private static final long SECONDS_MAX = 10;

    private static final Path OWN_THREADS = Path.of("/proc/self/task");
    private static final Path OWN_THREAD = Path.of("/proc/thread-self");

    private Precedence() {}

    /// What this machine lacks for [#FIRST]; null when it lacks nothing.
    public static @Nullable String lacks() {
        return granted() ? null : "the right to real-time priorities (chrt --rr), which takes root";
    }

    /// Gives the calling thread and some others of this process what [#FIRST] gives a program. Its
    /// compilers and its collector, which may be at it for tens of milliseconds, stay as they are:
    /// beside them a broker that is not [#FIRST] would wait.
    ///
    /// @param named how the names of the others begin: at most 15 characters, which is what the
    ///   system keeps of a name
    public static void first(String named) throws IOException {
        List<String> threads = new ArrayList<>();
        threads.add(OWN_THREAD.toRealPath().getFileName().toString());
        try (Stream<Path> all = Files.list(OWN_THREADS)) {
            for (Path thread : all.toList()) {
                if (Files.readString(thread.resolve("comm")).startsWith(named)) {
                    threads.add(thread.getFileName().toString());
                }
            }
        }
        for (String thread : threads) {
            if (!runs(List.of("chrt", "--rr", "--pid", "1", thread))) {
                throw new IOException("no real-time priority for thread " + thread);
            }
        }
    }

    private static boolean granted() {
        List<String> nothing = new ArrayList<>(FIRST);
        nothing.add("true");
        try {
            return runs(nothing);
        } catch (IOException noSuchProgram) {
            return false;
        }
    }

    private static boolean runs(List<String> command) throws IOException {
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try {
            return process.waitFor(SECONDS_MAX, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
