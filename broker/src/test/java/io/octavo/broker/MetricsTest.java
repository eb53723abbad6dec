package io.octavo.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.broker.config.BrokerConfig;
import io.octavo.broker.config.ConfigInputs;
import io.octavo.broker.config.InvalidConfig;
import io.octavo.client.Admin;
import io.octavo.client.Client;
import io.octavo.client.ClientConfig;
import io.octavo.client.Producer;
import io.octavo.client.ProducerConfig;
import io.octavo.client.ProducerRecord;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What Prometheus gets.
final class MetricsTest {
    private static final int RECORDS = 20;

    @TempDir Path directory;

    @Test
    void whatWasDoneIsTold() throws Exception {
        try (Node node = start("http://127.0.0.1:0")) {
            produce(node);

            Map<String, Double> values = values(node);

            String its = "{directory=\"" + directory.resolve("data") + "\"}";
            assertThat(values.get("octavo_requests_total{api=\"Produce\"}")).isEqualTo(RECORDS);
            assertThat(values.get("octavo_requests_total{api=\"JoinGroup\"}")).isZero();
            String produced = "{api=\"Produce\"}";
            assertThat(values.get("octavo_request_seconds_count" + produced)).isEqualTo(RECORDS);
            assertThat(values.get("octavo_request_seconds_sum" + produced)).isPositive();
            assertThat(values).doesNotContainKey("octavo_request_seconds_count{api=\"JoinGroup\"}");
            assertThat(values.get("octavo_connections_accepted_total")).isPositive();
            assertThat(values.get("octavo_received_bytes_total")).isGreaterThan(RECORDS * 61.0);
            assertThat(values.get("octavo_sent_bytes_total")).isPositive();
            assertThat(values.get("octavo_partitions")).isEqualTo(1);
            assertThat(values.get("octavo_partitions_offline")).isZero();
            assertThat(values.get("octavo_log_append_seconds_count" + its))
                    .isGreaterThanOrEqualTo(RECORDS);
            assertThat(values.get("octavo_log_append_seconds_sum" + its)).isPositive();
            assertThat(values.get("octavo_log_force_seconds_count" + its)).isPositive();
            assertThat(values.get("octavo_log_appended_bytes_total" + its))
                    .isGreaterThan(RECORDS * 61.0);
            assertThat(values.get("octavo_log_damaged_ranges" + its)).isZero();
            assertThat(values.get("octavo_log_scrubbed_bytes_total" + its)).isZero();
            assertThat(values.get("octavo_data_directory_failed" + its)).isZero();
            assertThat(values.get("octavo_disk_usable_bytes" + its)).isPositive();
            assertThat(values.get("octavo_compaction_partitions_aside")).isZero();
            assertThat(values).containsKey("jvm_threads_current");
        }
    }

    @Test
    void whatIsDamagedIsNamed() throws Exception {
        try (Node node = start("http://127.0.0.1:0")) {
            produce(node);
        }
        Path data = directory.resolve("data");
        Files.delete(data.resolve("orders-0").resolve("00000000000000000000.log"));

        try (Node node = start("http://127.0.0.1:0");
                Client client = Client.open(ClientConfig.of(node.addresses().getFirst()))) {
            send(client);

            String its = "directory=\"" + data + "\"";
            assertThat(values(node))
                    .containsEntry("octavo_log_damaged_ranges{" + its + "}", 1.0)
                    .containsEntry(
                            "octavo_log_partition_damaged_ranges{"
                                    + its
                                    + ",partition=\"orders-0\"}",
                            1.0);
        }
    }

    @Test
    void aHistogramsBucketsAddUp() throws Exception {
        try (Node node = start("http://127.0.0.1:0")) {
            produce(node);

            Map<String, Double> values = values(node);

            String its = "directory=\"" + directory.resolve("data") + "\"";
            String appends = "octavo_log_append_seconds_bucket{" + its + ",le=\"";
            double before = 0;
            for (String bound : new String[] {"1.0E-5", "1.0E-4", "0.001", "0.1", "10.0", "+Inf"}) {
                double upTo = Objects.requireNonNull(values.get(appends + bound + "\"}"), bound);
                assertThat(upTo).as(bound).isGreaterThanOrEqualTo(before);
                before = upTo;
            }
            assertThat(before)
                    .isEqualTo(values.get("octavo_log_append_seconds_count{" + its + "}"));
        }
    }

    @Test
    void aReaderThatPrefersAnotherFormatIsServed() throws Exception {
        try (Node node = start("http://127.0.0.1:0");
                HttpClient client = HttpClient.newHttpClient()) {
            for (String format :
                    List.of(
                            "application/openmetrics-text; version=1.0.0",
                            "application/vnd.google.protobuf;"
                                    + "proto=io.prometheus.client.MetricFamily;encoding=delimited")) {
                HttpRequest request =
                        HttpRequest.newBuilder(metrics(node)).header("Accept", format).build();
                var answer = client.send(request, BodyHandlers.ofString());
                assertThat(answer.statusCode()).as(format).isEqualTo(200);
                assertThat(answer.body()).contains("octavo_log_append_seconds");
            }
        }
    }

    @Test
    void withoutAListenerThereIsNone() throws Exception {
        try (Node node = start("")) {
            assertThat(node.metricsPort()).isEqualTo(-1);
        }
    }

    @Test
    void anAddressThatIsTakenIsAStartFailure() throws Exception {
        try (Node node = start("http://127.0.0.1:0")) {
            String taken = "127.0.0.1:" + node.metricsPort();

            assertThatThrownBy(() -> start("http://" + taken, "other"))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining("cannot serve metrics on " + taken);
        }
        try (Node node = start("")) {
            String taken = node.addresses().getFirst();
            assertThatThrownBy(() -> start("http://" + taken, "other"))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining("cannot serve metrics on " + taken);
        }
    }

    @Test
    void whatIsNotAnAddressIsRefused() {
        for (String wrong : new String[] {"9644", "https://:9644", "http://:1,http://:2"}) {
            assertThatThrownBy(() -> start(wrong))
                    .isInstanceOf(InvalidConfig.class)
                    .hasMessageContaining("octavo.metrics.listener");
        }
    }

    private static void produce(Node node) {
        try (Client client = Client.open(ClientConfig.of(node.addresses().getFirst()))) {
            new Admin(client).createTopic("orders", 1, Admin.BROKER_DEFAULT, Map.of());
            send(client);
        }
    }

    private static void send(Client client) {
        try (Producer producer = new Producer(client, ProducerConfig.defaults())) {
            for (int i = 0; i < RECORDS; i++) {
                ByteBuffer value = ByteBuffer.wrap(new byte[] {1, 2, 3});
                var _ = producer.send(new ProducerRecord("orders", null, value)).join();
            }
        }
    }

    private static Map<String, Double> values(Node node) throws Exception {
        String text;
        try (HttpClient client = HttpClient.newHttpClient()) {
            text =
                    client.send(
                                    HttpRequest.newBuilder(metrics(node)).build(),
                                    BodyHandlers.ofString())
                            .body();
        }
        Map<String, Double> values = new HashMap<>();
        for (String line : text.lines().filter(one -> !one.startsWith("#")).toList()) {
            int space = line.lastIndexOf(' ');
            values.put(line.substring(0, space), Double.parseDouble(line.substring(space + 1)));
        }
        return values;
    }

    private static URI metrics(Node node) {
        return URI.create("http://127.0.0.1:" + node.metricsPort() + "/metrics");
    }

    private Node start(String metrics) throws Exception {
        return start(metrics, "data");
    }

    private Node start(String metrics, String data) throws Exception {
        Map<String, String> settings = new HashMap<>();
        settings.put("log.dirs", directory.resolve(data).toString());
        settings.put("listeners", "PLAINTEXT://127.0.0.1:0");
        if (!metrics.isEmpty()) {
            settings.put("octavo.metrics.listener", metrics);
        }
        BrokerConfig config = BrokerConfig.load(ConfigInputs.of(settings));
        return Node.start(config, Machine.system(config.bootIdFile()));
    }
}
