package io.octavo.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A worker of Kafka Connect in distributed mode, which is told by its REST API what to do.
///
/// @param rest where the API is
record ConnectWorker(Child child, URI rest) implements AutoCloseable {
    /// The group of the workers.
    static final String GROUP = "connect-cluster";

    private static final long READY_WAIT_MS = 90_000;
    private static final long ACCEPTED_WAIT_MS = 60_000;
    private static final Duration ANSWER_MAX = Duration.ofSeconds(20);
    private static final Pattern LISTENING = Pattern.compile("advertising URL (http://\\S+)");
    private static final int CREATED = 201;
    private static final ObjectMapper JSON = new ObjectMapper();

    /// Starts one whose connectors, offsets and states are kept in topics of the broker.
    ///
    /// @param directory where its properties are written
    static ConnectWorker start(Path directory, String broker) {
        Path properties = directory.resolve("connect.properties");
        List<String> command =
                Tools.kafka(
                        "org.apache.kafka.connect.cli.ConnectDistributed",
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1");
        command.add(properties.toString());
        try {
            Files.write(properties, settings(broker));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Child child = Child.start("connect", new ProcessBuilder(command));
        try {
            String line = child.awaitLine(l -> LISTENING.matcher(l).find(), READY_WAIT_MS);
            Matcher listening = LISTENING.matcher(line);
            assertThat(listening.find()).as(line).isTrue();
            child.awaitLine(l -> l.contains("ready to handle requests"), READY_WAIT_MS);
            return new ConnectWorker(child, URI.create(listening.group(1)));
        } catch (AssertionError notReady) {
            child.close();
            throw notReady;
        }
    }

    private static List<String> settings(String broker) {
        String text = "org.apache.kafka.connect.storage.StringConverter";
        return List.of(
                "bootstrap.servers=" + broker,
                "group.id=" + GROUP,
                "config.storage.topic=connect-configs",
                "offset.storage.topic=connect-offsets",
                "status.storage.topic=connect-status",
                "config.storage.replication.factor=1",
                "offset.storage.replication.factor=1",
                "status.storage.replication.factor=1",
                "key.converter=" + text,
                "value.converter=" + text,
                // How far connectors are: at most what a second brought is done again.
                "offset.flush.interval.ms=1000",
                // What a killed worker did is done by another when its sessions have ended.
                "session.timeout.ms=6000",
                "heartbeat.interval.ms=2000",
                "consumer.session.timeout.ms=6000",
                "scheduled.rebalance.max.delay.ms=0",
                "plugin.discovery=service_load",
                "listeners=http://127.0.0.1:0");
    }

    /// Has the workers run a connector. While they agree on who runs what they refuse: then it is
    /// tried again.
    void run(String connector, Map<String, String> settings) {
        String body =
                JSON.createObjectNode()
                        .put("name", connector)
                        .set("config", JSON.valueToTree(settings))
                        .toString();
        HttpRequest request =
                request("connectors")
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
        Eventually.within(
                ACCEPTED_WAIT_MS,
                () -> {
                    HttpResponse<String> answer = send(request);
                    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(CREATED);
                });
    }

    /// The states of a connector and of its tasks: `RUNNING`.
    List<String> states(String connector) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(request("connectors/" + connector + "/status").build());
        return JSON.readTree(answer.body()).findValues("state").stream()
                .map(JsonNode::asText)
                .toList();
    }

    @Override
    public void close() {
        child.close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(rest.resolve("/" + path)).timeout(ANSWER_MAX);
    }

    private static HttpResponse<String> send(HttpRequest request)
            throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }
}
