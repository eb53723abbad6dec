package io.octavo.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// What a verb reads from and prints to.
///
/// @param in what a verb without a file reads
/// @param out results, also as raw bytes
/// @param err what is said to people beside the results: progress, summaries, failures
/// @param terminals which of them a person sits at
record Streams(InputStream in, PrintStream out, PrintStream err, Terminals terminals) {
    /// Which streams are a terminal: typed on, or watched, so that a line may be written over.
    record Terminals(boolean in, boolean out, boolean err) {
        static final Terminals NONE = new Terminals(false, false, false);
    }

    /// The process's own.
    static Streams system() {
        return new Streams(
                System.in,
                System.out,
                System.err,
                new Terminals(isTerminal(0), isTerminal(1), isTerminal(2)));
    }

    /// The JVM only tells whether input *and* output are a terminal; Linux tells of each. Elsewhere
    /// nothing counts as one, and output is plain.
    private static boolean isTerminal(int descriptor) {
        try {
            String file =
                    Files.readSymbolicLink(Path.of("/proc/self/fd", Integer.toString(descriptor)))
                            .toString();
            return file.startsWith("/dev/pts/") || file.startsWith("/dev/tty");
        } catch (IOException | UnsupportedOperationException notLinux) {
            return false;
        }
    }
}
