package io.octavo.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class EscapedTest {
    @Test
    void aLineBreakCannotForgeALine() {
        assertThat(Escaped.of("a\nERROR b\u001b[31m\u00e4\"\\"))
                .isEqualTo("\"a\\u000aERROR b\\u001b[31m\\u00e4\\\"\\\\\"");
    }

    @Test
    void longTextIsCut() {
        assertThat(Escaped.of("x".repeat(300))).hasSize(2 + 256 + 3);
    }

    @Test
    void nothingIsNone() {
        assertThat(Escaped.of(null)).isEqualTo("none");
    }
}
