package io.octavo.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// What a process has used since it began, by the kernel's own accounting: `/proc/PID/stat` and
/// `/proc/PID/status`.
///
/// @param userSeconds CPU in user mode, all threads
/// @param systemSeconds CPU in the kernel on its behalf; not the kernel's own threads, which write
///   dirty pages back
/// @param residentBytes memory held now
public record ProcessUse(double userSeconds, double systemSeconds, long residentBytes) {
    /// USER_HZ: what `/proc` counts in on every Linux, whatever the kernel's own tick is.
    static final double TICKS_PER_SECOND = 100;

    /// Fields 14 and 15 of proc(5), counted from the one after the command's closing parenthesis.
    private static final int USER_FIELD = 11;

    private static final int SYSTEM_FIELD = 12;

    /// Field 16: user time of the children that were waited for.
    private static final int CHILDREN_USER_FIELD = 13;

    public static ProcessUse of(long pid) throws IOException {
        String[] fields = statFields(Path.of("/proc", Long.toString(pid), "stat"));
        return new ProcessUse(
                ticks(fields, USER_FIELD), ticks(fields, SYSTEM_FIELD), residentBytes(pid));
    }

    /// How many descriptors a process has open now.
    public static int openFiles(long pid) throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            return (int) descriptors.count();
        }
    }

    /// How many bytes a process has had fetched from disks so far.
    public static long diskReadBytes(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "io"))) {
            if (line.startsWith("read_bytes:")) {
                return Long.parseLong(line.substring("read_bytes:".length()).strip());
            }
        }
        throw new IOException("/proc/" + pid + "/io has no read_bytes");
    }

    /// CPU in user and in kernel mode together.
    public double cpuSeconds() {
        return userSeconds + systemSeconds;
    }

    /// User-mode seconds of this process and of its children that have ended.
    static double ownAndChildrenUserSeconds() throws IOException {
        String[] fields = statFields(Path.of("/proc/self/stat"));
        return ticks(fields, USER_FIELD) + ticks(fields, CHILDREN_USER_FIELD);
    }

    private static String[] statFields(Path stat) throws IOException {
        String line = Files.readString(stat);
        return line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
    }

    private static double ticks(String[] fields, int field) {
        return Long.parseLong(fields[field]) / TICKS_PER_SECOND;
    }

    private static long residentBytes(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
            if (line.startsWith("VmRSS:")) {
                String kib = line.substring("VmRSS:".length()).replace("kB", "").strip();
                return Long.parseLong(kib) * 1024;
            }
        }
        throw new IOException("/proc/" + pid + "/status has no VmRSS: the process has ended");
    }
}
