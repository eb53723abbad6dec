package io.octavo.bench.measure;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Programs that have the processors before all others, as if what goes on beside them went on
/// elsewhere. A thread that wakes takes the place of one without it at once; otherwise it may wait
/// for milliseconds for the end of a turn, even of one that has only what others leave
/// (`SCHED_IDLE`): who has just had more than its share waits until that is made up for.
public final class RealTime {
    /// Becomes the program that it is put before: the process is the same.
    public static final List<String> COMMAND = List.of("chrt", "--rr", "1");

    private static final long SECONDS_MAX = 10;

    private RealTime() {}

    /// What this machine lacks for it; null when it lacks nothing.
    public static @Nullable String lacks() {
        return granted() ? null : "the right to real-time priorities (chrt --rr), which takes root";
    }

    private static boolean granted() {
        List<String> nothing = new ArrayList<>(COMMAND);
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
