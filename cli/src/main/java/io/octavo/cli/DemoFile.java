package io.octavo.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The lines of a real file, once from its beginning to its end, without keys.
final class DemoFile implements DemoSource {
    private static final int LINE_BYTES_MAX = 1_000_000;

    private final DemoTally tally;
    private final int perSecond;
    private final InputStream in;
    private final LineReader lines;

    DemoFile(Path file, DemoTally tally, int perSecond) throws IOException {
        this.tally = tally;
        this.perSecond = perSecond;
        in = Files.newInputStream(file);
        lines = new LineReader(in, LINE_BYTES_MAX);
    }

    /// The file's name, as far as a topic may be called so.
    static String topic(Path file) {
        String name = String.valueOf(file.getFileName()).replaceAll("[^a-zA-Z0-9._-]", "-");
        return name.matches("\\.+") ? "file" : name;
    }

    @Override
    public DemoTally tally() {
        return tally;
    }

    @Override
    public int perSecond() {
        return perSecond;
    }

    @Override
    public @Nullable Content next() throws IOException {
        ByteBuffer line = lines.next();
        return line == null ? null : new Content(null, line);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
