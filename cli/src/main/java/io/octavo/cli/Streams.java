package io.octavo.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
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
record Streams(InputStream in, Output out, PrintStream err, Terminals terminals) {
    /// Which streams are a terminal: typed on, or watched, so that a line may be written over.
    record Terminals(boolean in, boolean out, boolean err) {
        static final Terminals NONE = new Terminals(false, false, false);
    }

    /// The process's own.
    static Streams system() {
        return new Streams(
                System.in,
                new Output(
                        new FileOutputStream(FileDescriptor.out), System.out.charset(), isPipe(1)),
                System.err,
                new Terminals(isTerminal(0), isTerminal(1), isTerminal(2)));
    }

    /// The JVM only tells whether input *and* output are a terminal; Linux tells of each. Elsewhere
    /// nothing counts as one, and output is plain.
    private static boolean isTerminal(int descriptor) {
        String file = file(descriptor);
        return file.startsWith("/dev/pts/") || file.startsWith("/dev/tty");
    }

    private static boolean isPipe(int descriptor) {
        String file = file(descriptor);
        return file.startsWith("pipe:") || file.startsWith("socket:");
    }

    /// What a descriptor is of; empty where that is not to be had.
    private static String file(int descriptor) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd", Integer.toString(descriptor)))
                    .toString();
        } catch (IOException | UnsupportedOperationException notLinux) {
            return "";
        }
    }
}
