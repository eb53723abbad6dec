package io.octavo.cli;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/// The run that the JVM's ahead-of-time cache is made from: what `octavo` does when it starts, done
/// once in one process by the launcher. Prints nothing.
final class Training {
    private Training() {}

    public static void main(String[] args) {
        PrintStream nowhere =
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        Verbs.run(
                new Streams(
                        InputStream.nullInputStream(), nowhere, nowhere, Streams.Terminals.NONE),
                "version");
    }
}
