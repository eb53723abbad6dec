package io.octavo.bench.measure;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Watches for times in which the machine stood still, with the C program `bench/stalls.c`, which
/// says how.
public final class Standstills implements AutoCloseable {
    /// How long all processors stood still at least. What a processor does without interruption
    /// takes less.
    private static final long MICROS_MIN = 300;

    private static final long END_SECONDS_MAX = 20;

    private static final String MARK = "stall";

    private final Process process;

    private Standstills(Process process) {
        this.process = process;
    }

    /// A time in which the machine stood still, in [System#nanoTime()] of every process.
    public record Standstill(long fromNanos, long toNanos) {
        /// How much of it is in another time.
        public long nanosWithin(long from, long to) {
            return Math.max(0, Math.min(to, toNanos) - Math.max(from, fromNanos));
        }

        /// @param line `stall FROM TO`
        static Standstill of(String line) {
            String[] words = line.split(" ", -1);
            if (words.length != 3 || !words[0].equals(MARK)) {
                throw new IllegalArgumentException(line);
            }
            return new Standstill(Long.parseLong(words[1]), Long.parseLong(words[2]));
        }
    }

    /// Begins to watch.
    ///
    /// @param program compiled
    public static Standstills watch(Path program) throws IOException {
        return new Standstills(
                new ProcessBuilder(program.toString(), Long.toString(MICROS_MIN))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start());
    }

    /// Ends watching.
    ///
    /// @return what was seen, in order
    public List<Standstill> end() throws IOException {
        process.outputWriter().close();
        try (BufferedReader reader = process.inputReader()) {
            List<Standstill> seen = reader.lines().map(Standstill::of).toList();
            if (!process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException("the watch for standstills failed; it says above why");
            }
            return seen;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the watch for standstills ended", e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
