package io.octavo.protocol.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ErrorTextTest {
    @Test
    void aShortTextStaysAsItIs() {
        String most = "x".repeat(ErrorText.CHARS_MAX);

        assertThat(ErrorText.cut(most)).isEqualTo(most);
    }

    @Test
    void aLongOneIsCutBetweenCharacters() {
        String cut = ErrorText.cut("ab" + "\uD83D\uDE00".repeat(ErrorText.CHARS_MAX));

        assertThat(cut).hasSizeBetween(ErrorText.CHARS_MAX - 1, ErrorText.CHARS_MAX);
        assertThat(cut).endsWith("\uD83D\uDE00...");
    }
}
