package io.octavo.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FencedTest {
    private final Fenced fenced = new Fenced();

    @Test
    void aMemberIsFencedInItsGroupUntilItIsForgotten() {
        fenced.add("g", "a");

        assertThat(fenced.has("g", "a")).isTrue();
        assertThat(fenced.has("h", "a")).isFalse();
        assertThat(fenced.has("g", "b")).isFalse();
        fenced.forget("g", "a");
        assertThat(fenced.has("g", "a")).isFalse();
    }

    @Test
    void ofTooManyTheOldestAreForgotten() {
        for (int i = 0; i <= Fenced.MAX; i++) {
            fenced.add("g", "m" + i);
        }

        assertThat(fenced.has("g", "m0")).isFalse();
        assertThat(fenced.has("g", "m1")).isTrue();
        assertThat(fenced.has("g", "m" + Fenced.MAX)).isTrue();
    }
}
