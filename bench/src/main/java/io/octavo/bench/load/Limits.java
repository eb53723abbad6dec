package io.octavo.bench.load;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What the machine itself takes for a byte, measured by the C program `bench/limits.c`, which says
/// what it does.
///
/// @param program compiled
/// @param directory on the disk where the brokers' data is
public record Limits(Path program, Path directory) {
    private static final String COMPILER = "cc";

    /// As large as the largest batches that are measured, so that both move the same at a time.
    private static final int CHUNK_BYTES = 128 << 10;

    /// The lowest of these is the limit: whatever disturbs only adds.
    private static final int PASSES = 5;

    private static final long COMMAND_SECONDS_MAX = 120;

    /// How long the disk takes until an append is on it.
    ///
    /// @param p50Micros and
    /// @param p99Micros of 4 KiB and `fdatasync`
    public record Force(double p50Micros, double p99Micros) {}

    /// What this machine lacks for [#build(Path, Path)]; null when it lacks nothing.
    public static @Nullable String lacks() {
        String path = System.getenv("PATH");
        boolean found =
                path != null
                        && Stream.of(path.split(File.pathSeparator, -1))
                                .anyMatch(place -> Files.isExecutable(Path.of(place, COMPILER)));
        return found ? null : "a C compiler (cc)";
    }

    /// Compiles `source` into `directory`.
    public static Limits build(Path source, Path directory) throws IOException {
        Path program = directory.resolve("limits");
        output(List.of(COMPILER, "-O2", "-o", program.toString(), source.toString()));
        return new Limits(program, directory);
    }

    /// CPU seconds for each GB (10^9 bytes) that is received and written into a file.
    public double receive(long bytes) throws IOException {
        return lowest("receive", bytes);
    }

    /// CPU seconds for each GB that is sent from the page cache.
    public double sendfile(long bytes) throws IOException {
        return lowest("sendfile", bytes);
    }

    /// Forces so many appends.
    public Force force(int count) throws IOException {
        Path file = directory.resolve("limits-force");
        try {
            Findings found = run("force", file.toString(), Integer.toString(count));
            return new Force(found.value("p50"), found.value("p99"));
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /// The first pass makes the file and is not counted.
    private double lowest(String what, long bytes) throws IOException {
        Path file = directory.resolve("limits-moved");
        String[] arguments = {
            what, file.toString(), Long.toString(bytes), Integer.toString(CHUNK_BYTES)
        };
        try {
            run(arguments);
            double lowest = Double.MAX_VALUE;
            for (int pass = 0; pass < PASSES; pass++) {
                lowest = Math.min(lowest, run(arguments).value("cpu.s.per.gb"));
            }
            return lowest;
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private Findings run(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        return Findings.parse(output(command));
    }

    /// What a command prints, which must end well.
    private static List<String> output(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (BufferedReader reader = process.inputReader()) {
            List<String> lines = reader.lines().toList();
            if (!process.waitFor(COMMAND_SECONDS_MAX, TimeUnit.SECONDS)
                    || process.exitValue() != 0) {
                throw new IOException(
                        String.join(" ", command) + " failed:\n" + String.join("\n", lines));
            }
            return lines;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + command.getFirst() + " ran", e);
        } finally {
            process.destroyForcibly();
        }
    }
}
