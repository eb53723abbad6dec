package io.octavo.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/// One run of the `octavo` command in this JVM, and what came of it.
record Invocation(int exitCode, String out, String err) {
    static Invocation of(String... args) {
        return withInput("", args);
    }

    static Invocation withInput(String input, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Invocation invocation =
                with(
                        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                        new Output(out, StandardCharsets.UTF_8, false),
                        args);
        return new Invocation(
                invocation.exitCode, out.toString(StandardCharsets.UTF_8), invocation.err);
    }

    /// One that prints to somewhere else.
    static Invocation into(Output out, String... args) {
        return with(InputStream.nullInputStream(), out, args);
    }

    static Invocation with(InputStream in, Output out, String... args) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Streams streams =
                new Streams(
                        in,
                        out,
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        Streams.Terminals.NONE);
        int exitCode = Verbs.run(streams, args);
        return new Invocation(exitCode, "", err.toString(StandardCharsets.UTF_8));
    }
}
