package io.octavo.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.broker.config.BrokerConfig;
import io.octavo.broker.config.ConfigInputs;
import io.octavo.broker.config.InvalidConfig;
import io.octavo.log.DataDirectory;
import io.octavo.log.ForwardingFiles;
import io.octavo.log.LastRun;
import io.octavo.log.LogFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NodeTest {
    @TempDir Path directory;

    @Test
    void severalNodesLiveInOneProcess() throws Exception {
        try (Node one = start("one", "127.0.0.1:0");
                Node other = start("other", "127.0.0.1:0")) {
            assertThat(one.addresses()).hasSize(1);
            assertThat(one.addresses()).isNotEqualTo(other.addresses());
        }
    }

    @Test
    void aNodeStartsAgainOnWhatItLeft() throws Exception {
        start("data", "127.0.0.1:0").close();

        start("data", "127.0.0.1:0").close();
    }

    @Test
    void theReadyLineSaysWhereAndHowLong() throws Exception {
        try (Node node = start("data", "127.0.0.1:0")) {
            assertThat(node.readyLine("1.2.3", 300))
                    .isEqualTo(
                            "octavo 1.2.3 ready on "
                                    + node.addresses().getFirst()
                                    + ", data in "
                                    + directory.resolve("data")
                                    + ", after 300 ms");
        }
    }

    @Test
    void aNodeThatListensEverywhereSaysWhenThatIsNotEnough() throws Exception {
        try (Node node = start("data", ":0")) {
            assertThat(node.addresses().getFirst()).startsWith("*:");
            assertThat(node.readyLine("1", 1)).contains("set advertised.listeners if");
        }
    }

    @Test
    void aPortThatIsTakenIsAStartFailure() throws Exception {
        try (Node node = start("one", "127.0.0.1:0")) {
            String taken = node.addresses().getFirst();

            assertThatThrownBy(() -> start("other", taken))
                    .isInstanceOf(StartFailure.class)
                    .hasMessage(
                            "cannot listen on "
                                    + taken
                                    + ": the address is in use by another process; stop it, or listen on another port");
        }
        start("other", "127.0.0.1:0").close();
    }

    @Test
    void aDirectoryOfApacheKafkaIsAStartFailureAndLeftAsItIs() throws Exception {
        Path kafkas = Files.createDirectories(directory.resolve("kafka"));
        Files.writeString(kafkas.resolve("meta.properties"), "version=1\nnode.id=1\n");
        Files.createDirectories(kafkas.resolve("orders-0"));

        assertThatThrownBy(() -> start("kafka", "127.0.0.1:0"))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining(kafkas + " is a data directory of Apache Kafka");

        assertThat(kafkas.resolve("orders-0")).isDirectory();
        assertThat(kafkas.resolve("run.octavo")).doesNotExist();
    }

    @Test
    void aDirectoryThatIsInUseIsAStartFailure() throws Exception {
        try (Node _ = start("data", "127.0.0.1:0")) {
            assertThatThrownBy(() -> start("data", "127.0.0.1:0"))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining(directory.resolve("data") + " is in use");
        }
    }

    @Test
    void aDirectoryIsNotNamedTwice() throws Exception {
        Files.createDirectories(directory.resolve("data"));
        Files.createSymbolicLink(directory.resolve("link"), directory.resolve("data"));

        for (String twice : List.of("data,data", "data,./data", "data,link")) {
            assertThatThrownBy(() -> start(twice, "127.0.0.1:0"))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining("log.dirs names a directory twice");
        }
        start("data", "127.0.0.1:0").close();
    }

    /// As by a test that has taken too long, or by an executor that is shut down.
    @Test
    void whoIsInterruptedStartsAndStopsANodeAllTheSame() throws Exception {
        List<String> stopped = new ArrayList<>();
        BrokerConfig config = config("data", "127.0.0.1:0");
        Machine machine = Machine.system(config.bootIdFile()).stoppedBy(stopped::add);
        Thread.currentThread().interrupt();

        Node.start(config, machine).close();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(stopped).isEmpty();
        try (DataDirectory left =
                DataDirectory.open(
                        directory.resolve("data"),
                        machine.files(),
                        machine.clock(),
                        machine.randomness(),
                        machine.bootId())) {
            assertThat(left.lastRun()).isEqualTo(LastRun.CLEAN);
        }
    }

    @Test
    void whatReadsAheadIsPreparedBehindTheStart() throws Exception {
        CountDownLatch prepared = new CountDownLatch(1);
        BrokerConfig config = config("data", "127.0.0.1:0");
        Machine system = Machine.system(config.bootIdFile());
        LogFiles files =
                new ForwardingFiles(system.files()) {
                    @Override
                    public void prepare() {
                        super.prepare();
                        prepared.countDown();
                    }
                };
        Machine machine =
                new Machine(
                        system.clock(),
                        files,
                        system.randomness(),
                        system.memoryBytes(),
                        system.bootId(),
                        system.stop());

        try (Node _ = Node.start(config, machine)) {
            assertThat(prepared.await(1, TimeUnit.MINUTES)).isTrue();
        }
    }

    @Test
    void aFileInTheDirectorysPlaceIsAStartFailure() throws Exception {
        Files.writeString(directory.resolve("data"), "not a directory");

        assertThatThrownBy(() -> start("data", "127.0.0.1:0"))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("cannot use the data directory " + directory.resolve("data"));
    }

    @Test
    void aHostThatIsNotOursIsAStartFailure() {
        assertThatThrownBy(() -> start("data", "192.0.2.1:0"))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("cannot listen on 192.0.2.1:0");
    }

    private Node start(String data, String listen) throws Exception {
        BrokerConfig config = config(data, listen);
        return Node.start(config, Machine.system(config.bootIdFile()));
    }

    /// @param data one directory, or several with commas
    private BrokerConfig config(String data, String listen) throws InvalidConfig {
        List<String> directories = new ArrayList<>();
        for (String name : data.split(",", -1)) {
            directories.add(directory + "/" + name);
        }
        Map<String, String> settings = new HashMap<>();
        settings.put("log.dirs", String.join(",", directories));
        settings.put("listeners", "PLAINTEXT://" + listen);
        return BrokerConfig.load(ConfigInputs.of(settings));
    }
}
