package io.octavo.cli;

import io.octavo.broker.Node;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/// The run that the JVM's ahead-of-time cache is made from: what `octavo` does in its first
/// seconds, done once in one process by the launcher. A broker on a directory of its own, every
/// verb against it, its end. Prints nothing but what went wrong.
final class Training {
    private static final String TOPIC = "training";
    private static final int RECORDS = 200;

    private final PrintStream nowhere =
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);

    private Training() {}

    public static void main(String[] args) throws IOException {
        Path data = Files.createTempDirectory("octavo-training");
        try {
            new Training().run(data);
        } finally {
            delete(data);
        }
    }

    private void run(Path data) {
        ServerOptions options =
                ServerOptions.parse(List.of("--data", data.toString(), "--listen", "127.0.0.1:0"));
        try (Node node = new ServerVerb(nowhere, System.err).open(options)) {
            String address = node.addresses().getFirst();
            verb("topic", "create", "-b", address, TOPIC);
            verb("topic", "list", "-b", address);
            verb("topic", "describe", "-b", address, TOPIC);
            verb("produce", "-b", address, TOPIC);
            verb("consume", "-b", address, TOPIC);
            verb("version");
        }
    }

    private void verb(String... words) {
        int code =
                Verbs.run(new Streams(lines(), nowhere, System.err, Streams.Terminals.NONE), words);
        if (code != 0) {
            throw new IllegalStateException(String.join(" ", words) + " ended with " + code);
        }
    }

    private static InputStream lines() {
        byte[] lines = "one line of text\n".repeat(RECORDS).getBytes(StandardCharsets.UTF_8);
        return new ByteArrayInputStream(lines);
    }

    private static void delete(Path directory) throws IOException {
        Files.walkFileTree(
                directory,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path left, IOException failed)
                            throws IOException {
                        Files.delete(left);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
