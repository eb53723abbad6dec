package io.octavo.bench.measure;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
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

    private Precedence() {}

    /// What this machine lacks for [#FIRST]; null when it lacks nothing.
    public static @Nullable String lacks() {
        return granted() ? null : "the right to real-time priorities (chrt --rr), which takes root";
    }

    private static boolean granted() {
        List<String> nothing = new ArrayList<>(FIRST);
        nothing.add("true");
        try {
            Process process =
                    new ProcessBuilder(nothing)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            return process.waitFor(SECONDS_MAX, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException noSuchProgram) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
