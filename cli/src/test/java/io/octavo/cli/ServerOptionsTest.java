package io.octavo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ServerOptionsTest {
    @Test
    void nothingIsNeeded() {
        assertThat(parse()).isEqualTo(new ServerOptions(false, null, Map.of()));
    }

    @Test
    void everyOptionIsASettingByItsKafkaName() {
        assertThat(parse("--data", "/d", "--listen", "0.0.0.0:1", "--set", "a.b=c=d").settings())
                .isEqualTo(
                        Map.of(
                                "log.dirs", "/d",
                                "listeners", "PLAINTEXT://0.0.0.0:1",
                                "a.b", "c=d"));
    }

    @Test
    void aValueMayBeJoinedToItsOption() {
        assertThat(parse("--data=/d", "--set=a=b", "--config=x.properties"))
                .isEqualTo(
                        new ServerOptions(
                                false,
                                Path.of("x.properties"),
                                Map.of("log.dirs", "/d", "a", "b")));
    }

    @Test
    void aListenerWithAProtocolStaysAsItIs() {
        assertThat(parse("--listen", "PLAINTEXT://[::1]:0").settings())
                .containsEntry("listeners", "PLAINTEXT://[::1]:0");
    }

    @Test
    void helpIsAskedFor() {
        assertThat(parse("-h").help()).isTrue();
    }

    @Test
    void whatIsNotUnderstoodIsNamed() {
        assertThatThrownBy(() -> parse("--dta", "/d"))
                .isInstanceOf(Failure.class)
                .hasMessage("unknown option --dta; octavo server --help shows the options");
        assertThatThrownBy(() -> parse("--data")).hasMessageStartingWith("--data needs a value");
        assertThatThrownBy(() -> parse("--set", "a"))
                .hasMessageStartingWith("--set a is not of the form NAME=VALUE");
    }

    private static ServerOptions parse(String... arguments) {
        return ServerOptions.parse(List.of(arguments));
    }
}
