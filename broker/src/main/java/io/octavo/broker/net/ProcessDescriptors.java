package io.octavo.broker.net;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The file descriptors of this process, as Linux tells; elsewhere nothing is known and nothing is
/// limited.
final class ProcessDescriptors implements Descriptors {
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final Path OPEN = Path.of("/proc/self/fd");
    private static final String LIMIT_NAME = "Max open files";

    private final int limit;

    ProcessDescriptors() {
        limit = readLimit();
    }

    /// The soft limit in the lines of `/proc/self/limits`.
    static int limit(List<String> lines) {
        for (String line : lines) {
            if (line.startsWith(LIMIT_NAME)) {
                String rest = line.substring(LIMIT_NAME.length()).strip();
                String soft = rest.substring(0, rest.indexOf(' '));
                return soft.equals("unlimited")
                        ? Integer.MAX_VALUE
                        : (int) Math.min(Long.parseLong(soft), Integer.MAX_VALUE);
            }
        }
        return Integer.MAX_VALUE;
    }

    @Override
    public int limit() {
        return limit;
    }

    @Override
    public int open() {
        int count = 0;
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(OPEN)) {
            for (Path _ : descriptors) {
                count++;
            }
        } catch (IOException notLinux) {
            return 0;
        }
        return count;
    }

    private static int readLimit() {
        try {
            return limit(Files.readAllLines(LIMITS));
        } catch (IOException notLinux) {
            return Integer.MAX_VALUE;
        }
    }
}
