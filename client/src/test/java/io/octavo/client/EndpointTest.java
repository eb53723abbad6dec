package io.octavo.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class EndpointTest {
    @Test
    void anAddressIsAHostWithOrWithoutAPort() {
        assertThat(Endpoint.parse("a.example:1234")).isEqualTo(new Endpoint("a.example", 1234));
        assertThat(Endpoint.parse("a.example")).isEqualTo(new Endpoint("a.example", 9092));
        assertThat(Endpoint.parse("[::1]:1234")).isEqualTo(new Endpoint("::1", 1234));
        assertThat(Endpoint.parse("[::1]")).isEqualTo(new Endpoint("::1", 9092));
    }

    @Test
    void addressesAreSeparatedByCommas() {
        assertThat(Endpoint.parseAll("a:1, b:2"))
                .containsExactly(new Endpoint("a", 1), new Endpoint("b", 2));
    }

    @Test
    void anAddressReadsAsItIsWritten() {
        for (String text : new String[] {"a.example:1234", "[::1]:1234", "127.0.0.1:9092"}) {
            assertThat(Endpoint.parse(text)).hasToString(text);
        }
    }

    @Test
    void whatIsNoAddressIsNamed() {
        for (String text : new String[] {"", ":9092", "a:", "a:b", "a:0", "a:65536", "[::1]x"}) {
            assertThatThrownBy(() -> Endpoint.parse(text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'" + text + "'");
        }
    }
}
