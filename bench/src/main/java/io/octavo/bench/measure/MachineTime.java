package io.octavo.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What all processors together have done since the machine started: the first line of
/// `/proc/stat`.
///
/// @param userSeconds in user mode, of whatever priority
/// @param stolenSeconds in which they had work and the hypervisor did not let them; where it has a
///   quota, all of them at once, for the rest of a tenth of a second
public record MachineTime(double userSeconds, double stolenSeconds) {
    /// As of now.
    public static MachineTime now() throws IOException {
        return of(Files.readAllLines(Path.of("/proc/stat")).getFirst());
    }

    /// @param line `cpu user nice system idle iowait irq softirq steal ...`
    static MachineTime of(String line) {
        String[] fields = line.split(" +", -1);
        return new MachineTime(seconds(fields[1]) + seconds(fields[2]), seconds(fields[8]));
    }

    private static double seconds(String ticks) {
        return Long.parseLong(ticks) / ProcessUse.TICKS_PER_SECOND;
    }
}
