package io.octavo.system.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What a long test has measured: printed, and kept in a file where `-Psoak` says where.
public final class Evidence {
    private static final String DIRECTORY = System.getProperty("octavo.evidence", "");

    private Evidence() {}

    /// @param name of the file, without its ending
    public static void keep(String name, List<String> lines) {
        lines.forEach(System.out::println);
        if (DIRECTORY.isEmpty()) {
            return;
        }
        try {
            Path directory = Files.createDirectories(Path.of(DIRECTORY));
            Files.write(directory.resolve(name + ".txt"), lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What the figures were measured on.
    public static String machine() {
        return "%d processors, Linux %s, Java %s"
                .formatted(
                        Runtime.getRuntime().availableProcessors(),
                        System.getProperty("os.version"),
                        Runtime.version());
    }
}
