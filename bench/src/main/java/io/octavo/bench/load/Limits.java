package io.octavo.bench.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What the machine itself takes for a byte, measured by the C program `bench/limits.c`, which says
/// what it does.
///
/// @param directory on the disk where the brokers' data is
public record Limits(CProgram program, Path directory) {
    /// As large as the largest batches that are measured, so that both move the same at a time.
    private static final int CHUNK_BYTES = 128 << 10;

    /// The lowest of these is the limit: whatever disturbs only adds.
    private static final int PASSES = 5;

    /// How long the disk takes until an append is on it.
    ///
    /// @param p50Micros and
    /// @param p99Micros of 4 KiB and `fdatasync`
    public record Force(double p50Micros, double p99Micros) {}

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
            Findings found = program.run("force", file.toString(), Integer.toString(count));
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
            program.run(arguments);
            double lowest = Double.MAX_VALUE;
            for (int pass = 0; pass < PASSES; pass++) {
                lowest = Math.min(lowest, program.run(arguments).value("cpu.s.per.gb"));
            }
            return lowest;
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
