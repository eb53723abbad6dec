package io.octavo.bench.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RabbitMqTest {
    @TempDir Path home;

    @Test
    void streamsBeginWithVersion3Point9() {
        assertThat(rabbitMq("3.8.9").withStreams()).isEmpty();
        assertThat(rabbitMq("3.9.0").withStreams()).isPresent();
        assertThat(rabbitMq("3.10.8").withStreams()).isPresent();
        assertThat(rabbitMq("4.2.0").withStreams()).isPresent();
    }

    @Test
    void thePortIsThatOfTheProtocolThatIsAsked() throws Exception {
        rabbitMq("3.10.8").prepare(Files.createDirectory(home.resolve("queue")), 1234);
        RabbitMq stream = rabbitMq("3.10.8").withStreams().orElseThrow();
        stream.prepare(Files.createDirectory(home.resolve("stream")), 1234);

        assertThat(home.resolve("queue/rabbitmq.conf"))
                .content()
                .contains("listeners.tcp.1 = 127.0.0.1:1234\n")
                .doesNotContain("stream.");
        assertThat(home.resolve("stream/rabbitmq.conf"))
                .content()
                .contains("stream.listeners.tcp.1 = 127.0.0.1:1234\n")
                .contains("stream.advertised_port = 1234\n");
    }

    @Test
    void everyFileIsBelowItsHome() throws Exception {
        rabbitMq("3.10.8").prepare(home, 1234);

        assertThat(Files.readString(home.resolve("serve.sh")).lines())
                .filteredOn(line -> line.contains("/"))
                .allMatch(line -> line.contains(home.toString()) || line.startsWith("exec "));
    }

    private static RabbitMq rabbitMq(String version) {
        return new RabbitMq(version, Path.of("rabbitmq-server"), false);
    }
}
