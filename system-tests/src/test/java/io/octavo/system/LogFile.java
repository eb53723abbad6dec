package io.octavo.system;

import io.octavo.system.Message.Line;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// A file of log lines to send through a broker.
record LogFile(Path path, List<Line> lines) {
    private static final int STAND_IN_LINES = 2_000;
    private static final int STAND_IN_LINE_BYTES_MAX = 300;

    /// Every real log file; where there are none, a generated one, written to `scratch`.
    static List<LogFile> all(Path scratch) {
        Path directory = Tools.logFiles();
        if (directory == null) {
            return List.of(standIn(scratch.resolve("stand-in.log")));
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .sorted()
                    .map(LogFile::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static LogFile read(Path path) {
        try {
            byte[] bytes = Files.readAllBytes(path);
            List<Line> lines = new ArrayList<>();
            int start = 0;
            for (int i = 0; i < bytes.length; i++) {
                if (bytes[i] == '\n') {
                    lines.add(new Line(Arrays.copyOfRange(bytes, start, i)));
                    start = i + 1;
                }
            }
            if (start < bytes.length) {
                lines.add(new Line(Arrays.copyOfRange(bytes, start, bytes.length)));
            }
            return new LogFile(path, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Lines of every length up to a limit, of every byte that does not end a line.
    private static LogFile standIn(Path path) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int line = 0; line < STAND_IN_LINES; line++) {
            for (int i = 0; i <= line % STAND_IN_LINE_BYTES_MAX; i++) {
                int value = (line * 31 + i * 7) & 0xff;
                bytes.write(value == '\n' ? ' ' : value);
            }
            bytes.write('\n');
        }
        try {
            return read(Files.write(path, bytes.toByteArray()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The file's name without its extension: part of a topic's name.
    String name() {
        String name = path.getFileName().toString();
        return name.substring(0, name.lastIndexOf('.'));
    }
}
