package io.octavo.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
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

    @Test
    void longIdsCountForMore() {
        String id = "i".repeat(1_000);
        int most = Fenced.CHARS_MAX / 2_000;
        for (int i = 0; i < most; i++) {
            fenced.add(id, id.substring(6) + String.format("%06d", i));
        }
        fenced.add(id, id.substring(6) + "000000");
        assertThat(fenced.has(id, id.substring(6) + "000000")).isTrue();

        fenced.forget(id, id.substring(6) + "000001");
        fenced.add("g", "a");
        assertThat(fenced.has(id, id.substring(6) + "000000")).isTrue();

        fenced.add(id, id);
        assertThat(fenced.has(id, id.substring(6) + "000000")).isFalse();
        assertThat(fenced.has("g", "a")).isTrue();
    }

    @Test
    void theMembersOfGroupsThatGoElsewhereAreForgotten() {
        fenced.add("g", "a");
        fenced.add("h", "a");
        fenced.forget(Set.of("g"));

        assertThat(fenced.has("g", "a")).isFalse();
        assertThat(fenced.has("h", "a")).isTrue();
    }
}
