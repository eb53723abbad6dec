package io.octavo.broker.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigLoaderTest {
    @Test
    void nothingNeedsToBeSet() throws InvalidConfig {
        BrokerConfig config = BrokerConfig.load(ConfigInputs.none());

        assertThat(config.dataDirectories()).containsExactly(Path.of("./octavo-data"));
        assertThat(config.listeners())
                .containsExactly(new ListenerAddress("PLAINTEXT", "localhost", 9092));
        assertThat(config.advertisedListeners()).isEmpty();
        assertThat(config.brokerId()).isEqualTo(1);
        assertThat(config.autoCreateTopics()).isTrue();
        assertThat(config.partitionsDefault()).isEqualTo(1);
        assertThat(config.replicationFactorDefault()).isEqualTo(1);
        assertThat(config.requestMemoryBytes()).isEqualTo(100 * 1024 * 1024);
        assertThat(config.notices()).isEmpty();
    }

    @Test
    void elementsOfLogDirsWithNothingInThemDoNotCount() throws InvalidConfig {
        BrokerConfig config = BrokerConfig.load(ConfigInputs.of(Map.of("log.dirs", "/a, ,/b,")));

        assertThat(config.dataDirectories()).containsExactly(Path.of("/a"), Path.of("/b"));
    }

    @ParameterizedTest
    @CsvSource({"log.dirs, ''", "log.dirs, ','", "log.dir, ' '", "log.dirs, 'a\u0000b'"})
    void thereIsAtLeastOneDataDirectory(String name, String value) {
        assertThatThrownBy(() -> BrokerConfig.load(ConfigInputs.of(Map.of(name, value))))
                .isInstanceOf(InvalidConfig.class)
                .hasMessageContaining(name);
    }

    @Test
    void compactionTakesNoMoreOfTheHeapThanThereIs() throws InvalidConfig {
        long heap = Runtime.getRuntime().maxMemory();
        String name = "log.cleaner.dedupe.buffer.size";
        long max = Long.MAX_VALUE;

        BrokerConfig much = BrokerConfig.load(ConfigInputs.of(Map.of(name, Long.toString(max))));
        BrokerConfig little = BrokerConfig.load(ConfigInputs.of(Map.of(name, "100000")));

        assertThat(much.cleanerMapBytes()).isEqualTo(heap / 4);
        assertThat(little.cleanerMapBytes()).isEqualTo(100_000);
    }

    @Test
    void theCommandLineWinsOverTheEnvironmentAndThatOverTheFile() throws InvalidConfig {
        ConfigInputs inputs =
                new ConfigInputs(
                        Map.of("num.partitions", "3"),
                        Map.of("OCTAVO_NUM_PARTITIONS", "2", "OCTAVO_MESSAGE_MAX_BYTES", "20"),
                        Map.of(
                                "num.partitions", "1",
                                "message.max.bytes", "10",
                                "fetch.max.bytes", "5000"));

        BrokerConfig config = BrokerConfig.load(inputs);

        assertThat(config.partitionsDefault()).isEqualTo(3);
        assertThat(config.topicDefaults().messageBytesMax()).isEqualTo(20);
        assertThat(config.fetchBytesMax()).isEqualTo(5000);
    }

    @Test
    void anOwnSettingNeedsItsPrefixOnlyOnceInTheEnvironment() throws InvalidConfig {
        BrokerConfig config =
                BrokerConfig.load(
                        new ConfigInputs(
                                Map.of(),
                                Map.of("OCTAVO_VALIDATE_RECORDS", "true", "PATH", "/bin"),
                                Map.of()));

        assertThat(config.validateRecords()).isTrue();
    }

    @Test
    void whatKubernetesSaysOfAServiceIsNoSetting() throws InvalidConfig {
        BrokerConfig config =
                BrokerConfig.load(
                        new ConfigInputs(
                                Map.of(),
                                Map.of(
                                        "OCTAVO_SERVICE_HOST", "10.0.0.1",
                                        "OCTAVO_SERVICE_PORT", "9092",
                                        "OCTAVO_SERVICE_PORT_KAFKA", "9092",
                                        "OCTAVO_PORT", "tcp://10.0.0.1:9092",
                                        "OCTAVO_PORT_9092_TCP", "tcp://10.0.0.1:9092",
                                        "OCTAVO_PORT_9092_TCP_ADDR", "10.0.0.1",
                                        "OCTAVO_NUM_PARTITIONS", "3"),
                                Map.of()));

        assertThat(config.partitionsDefault()).isEqualTo(3);
    }

    @Test
    void anUnknownNameIsAnErrorThatNamesTheNearest() {
        assertThatThrownBy(() -> load(Map.of("log.retention.hour", "1")))
                .isInstanceOf(InvalidConfig.class)
                .hasMessage(
                        "Unknown setting log.retention.hour in the command line; did you mean"
                                + " log.retention.hours?");
        assertThatThrownBy(() ->
                        BrokerConfig.load(
                                new ConfigInputs(
                                        Map.of(), Map.of("OCTAVO_NUM_PARTITION", "1"), Map.of())))
                .hasMessageContaining("environment variable OCTAVO_NUM_PARTITION")
                .hasMessageContaining("did you mean num.partitions?");
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnce() {
        assertThatThrownBy(() ->
                        load(
                                Map.of(
                                        "num.partitions", "0",
                                        "zzzzzzzzzzzzzzzz", "1",
                                        "log.segment.bytes", "many")))
                .hasMessageContaining("num.partitions: must be at least 1")
                .hasMessageContaining("Unknown setting zzzzzzzzzzzzzzzz in the command line")
                .hasMessageContaining("log.segment.bytes: not a number of type INT");
    }

    @Test
    void aNameOfKafkasThatDoesNothingHereIsAcceptedAndSaid() throws InvalidConfig {
        BrokerConfig config =
                load(
                        Map.of(
                                "background.threads", "10",
                                "controller.quorum.voters", "1@localhost:9093",
                                "listener.name.sasl_ssl.ssl.keystore.location", "/keys",
                                "num.partitions", "2"));

        assertThat(config.notices())
                .containsExactly(
                        "background.threads is set and has no effect in this version",
                        "controller.quorum.voters is set and has no effect in this version",
                        "listener.name.sasl_ssl.ssl.keystore.location is set and has no effect in"
                                + " this version");
    }

    @Test
    void kafkasOwnExampleConfigurationStarts() throws InvalidConfig {
        BrokerConfig config =
                load(
                        Map.ofEntries(
                                Map.entry("process.roles", "broker,controller"),
                                Map.entry("node.id", "4"),
                                Map.entry("controller.quorum.bootstrap.servers", "localhost:9093"),
                                Map.entry("listeners", "PLAINTEXT://:9092,CONTROLLER://:9093"),
                                Map.entry("inter.broker.listener.name", "PLAINTEXT"),
                                Map.entry(
                                        "advertised.listeners",
                                        "PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093"),
                                Map.entry("controller.listener.names", "CONTROLLER"),
                                Map.entry(
                                        "listener.security.protocol.map",
                                        "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL"),
                                Map.entry("log.dirs", "/tmp/kraft-combined-logs"),
                                Map.entry("offsets.topic.replication.factor", "1"),
                                Map.entry("log.retention.hours", "168")));

        assertThat(config.brokerId()).isEqualTo(4);
        assertThat(config.listeners()).containsExactly(new ListenerAddress("PLAINTEXT", "", 9092));
        assertThat(config.advertisedListeners())
                .containsExactly(new ListenerAddress("PLAINTEXT", "localhost", 9092));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "listeners | SASL_SSL://:9093 | serves PLAINTEXT only",
                "listeners | localhost:9092 | not name://host:port",
                "listeners | PLAINTEXT://localhost:99999 | not between 0 and 65535",
                "listeners | PLAINTEXT://localhost:9092,PLAINTEXT://localhost:9093 | PLAINTEXT twice",
                "advertised.listeners | OTHER://host:1 | which listeners does not",
                "advertised.listeners | PLAINTEXT://0.0.0.0:9092 | no client can reach",
                "zookeeper.connect | localhost:2181 | single broker",
                "authorizer.class.name | org.example.Authorizer | no access control",
                "durability | none | must be one of fsync, os",
                "group.consumer.migration.policy | sideways | must be one of disabled, upgrade",
                "group.consumer.assignors | sticky | sticky is not one of uniform, range",
                "group.consumer.assignors | org.example.Mine | is not one of uniform, range",
                "group.consumer.assignors | ' ' | must not be empty",
            })
    void whatWouldBeLessThanWasAskedForIsRefused(String name, String value, String reason) {
        assertThatThrownBy(() -> load(Map.of(name, value)))
                .isInstanceOf(InvalidConfig.class)
                .hasMessageContaining(reason);
    }

    @Test
    void aListenerMayHaveANameOfItsOwnAndAnAddressInBrackets() throws InvalidConfig {
        BrokerConfig config =
                load(
                        Map.of(
                                "listeners", "inside://[::1]:0",
                                "listener.security.protocol.map", "INSIDE:PLAINTEXT"));

        assertThat(config.listeners()).containsExactly(new ListenerAddress("INSIDE", "::1", 0));
        assertThat(config.listeners().getFirst()).hasToString("INSIDE://[::1]:0");
    }

    @Test
    void theOlderNameOfTheNodeNumberCounts() throws InvalidConfig {
        assertThat(load(Map.of("broker.id", "7")).brokerId()).isEqualTo(7);
        assertThat(load(Map.of("broker.id", "7", "node.id", "8")).brokerId()).isEqualTo(8);
        assertThat(load(Map.of("broker.id", "-1")).brokerId()).isEqualTo(1);
        assertThat(load(Map.of("broker.id", "-1", "node.id", "8")).brokerId()).isEqualTo(8);
        assertThatThrownBy(() -> load(Map.of("broker.id", "-2")))
                .isInstanceOf(InvalidConfig.class)
                .hasMessageContaining("broker.id");
    }

    private static BrokerConfig load(Map<String, String> settings) throws InvalidConfig {
        return BrokerConfig.load(ConfigInputs.of(settings));
    }
}
