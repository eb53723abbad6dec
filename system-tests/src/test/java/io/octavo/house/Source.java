package io.octavo.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A Java source file, as text.
///
/// @param path below the root of the project, for messages
record Source(String path, String text) {
    static Source read(Path file) {
        try {
            return new Source(Module.ROOT.relativize(file).toString(), Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<String> lines() {
        return text.lines().toList();
    }

    /// Lines that are neither blank nor only comment.
    long codeLines() {
        return text.lines().map(String::strip).filter(Source::isCode).count();
    }

    boolean isMain() {
        return path.contains("src/main/");
    }

    private static boolean isCode(String line) {
        return !line.isEmpty()
                && !line.startsWith("//")
                && !line.startsWith("/*")
                && !line.startsWith("*");
    }
}
