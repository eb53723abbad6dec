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

/// A program in C that measures the machine: what a JVM would add is not of the machine.
///
/// @param path of what was compiled
public record CProgram(Path path) {
    private static final String COMPILER = "cc";
    private static final String SUFFIX = ".c";
    private static final long COMMAND_SECONDS_MAX = 120;

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
    public static CProgram build(Path source, Path directory) throws IOException {
        String name = source.getFileName().toString().replace(SUFFIX, "");
        Path program = directory.resolve(name);
        output(List.of(COMPILER, "-O2", "-pthread", "-o", program.toString(), source.toString()));
        return new CProgram(program);
    }

    /// Runs it to its end, which must be a good one.
    Findings run(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(path.toString()));
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
