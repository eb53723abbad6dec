package io.octavo.bench.measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// What a directory takes on the disk: the blocks that its files hold, not their lengths, because
/// files are preallocated and sparse. Java does not say it; `du` does.
public final class DiskUse {
    private DiskUse() {}

    /// Of everything below `directory`.
    public static long bytes(Path directory) throws IOException {
        Process du =
                new ProcessBuilder("du", "-s", "--block-size=1", directory.toString())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        // It also complains of files that went while it looked, and counts the others.
        String said = new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return parse(said);
    }

    /// `123456<tab>directory`.
    static long parse(String said) throws IOException {
        int tab = said.indexOf('\t');
        if (tab < 0) {
            throw new IOException("du said '" + said.strip() + "'");
        }
        return Long.parseLong(said.substring(0, tab));
    }
}
