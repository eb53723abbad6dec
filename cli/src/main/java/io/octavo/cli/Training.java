package io.octavo.cli;

import io.octavo.broker.Node;
import io.octavo.client.Admin;
import io.octavo.client.Client;
import io.octavo.client.ClientConfig;
import io.octavo.client.Consumer;
import io.octavo.client.ConsumerConfig;
import io.octavo.client.Position;
import io.octavo.client.Producer;
import io.octavo.client.ProducerConfig;
import io.octavo.client.ProducerRecord;
import io.octavo.client.TopicPartition;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;

/// The runs that the JVM's ahead-of-time caches are made from: what `octavo` does in its first
/// seconds, done once by the launcher. A broker on a directory of its own, somebody who uses it,
/// its end. Prints nothing but what went wrong.
///
/// What is in a cache is loaded before the program begins, all of it: so a server has one without
/// the other verbs' classes.
final class Training {
    private static final String SERVER = "server";
    private static final String TOPIC = "training";
    private static final String LINE = "one line of text\n";
    private static final int RECORDS = 200;
    private static final long POLL_MS = 1_000;

    private final Output nowhere =
            new Output(OutputStream.nullOutputStream(), StandardCharsets.UTF_8, false);

    private Training() {}

    /// @param args `server` for the server's cache, `verbs` for the other verbs'
    public static void main(String[] args) throws IOException, IllegalAccessException {
        // Nobody calls it here, and it comes first.
        MethodHandles.lookup().ensureInitialized(Main.class);
        boolean server = args.length > 0 && args[0].equals(SERVER);
        Path data = Files.createTempDirectory("octavo-training");
        try {
            new Training().run(data, server);
        } finally {
            delete(data);
        }
    }

    private void run(Path data, boolean server) {
        ServerOptions options =
                ServerOptions.parse(List.of("--data", data.toString(), "--listen", "127.0.0.1:0"));
        ServerVerb verb = new ServerVerb(nowhere, System.err);
        try (Node node = verb.open(options)) {
            verb.announce(node);
            String address = node.addresses().getFirst();
            if (server) {
                use(address);
            } else {
                verbs(address);
            }
        }
    }

    /// What a server's first clients ask of it.
    private static void use(String address) {
        try (Client client = Client.open(ClientConfig.of(address));
                Producer producer = new Producer(client, ProducerConfig.defaults());
                Consumer consumer = new Consumer(client, ConsumerConfig.defaults())) {
            new Admin(client).createTopic(TOPIC, 1, Admin.BROKER_DEFAULT, Map.of());
            for (int i = 0; i < RECORDS; i++) {
                ByteBuffer value = StandardCharsets.UTF_8.encode(LINE);
                var _ = producer.send(new ProducerRecord(TOPIC, null, value)).join();
            }
            consumer.seek(new TopicPartition(TOPIC, 0), Position.BEGINNING);
            int read = 0;
            while (read < RECORDS) {
                read += consumer.poll(POLL_MS).size();
            }
        }
    }

    private void verbs(String address) {
        verb("topic", "create", "-b", address, TOPIC);
        verb("topic", "list", "-b", address);
        verb("topic", "describe", "-b", address, TOPIC);
        verb("produce", "-b", address, TOPIC);
        verb("consume", "-b", address, TOPIC);
        verb("version");
    }

    private void verb(String... words) {
        int code =
                Verbs.run(new Streams(lines(), nowhere, System.err, Streams.Terminals.NONE), words);
        if (code != 0) {
            throw new IllegalStateException(String.join(" ", words) + " ended with " + code);
        }
    }

    private static InputStream lines() {
        byte[] lines = LINE.repeat(RECORDS).getBytes(StandardCharsets.UTF_8);
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
