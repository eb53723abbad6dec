package io.octavo.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.ports.Randomness;
import org.junit.jupiter.api.Test;

class UuidTest {
    @Test
    void theTextIsKafkas() {
        Randomness random = Randomness.seeded(1);
        for (int i = 0; i < 1000; i++) {
            Uuid ours = new Uuid(random.nextLong(), random.nextLong());
            var kafkas = new org.apache.kafka.common.Uuid(ours.most(), ours.least());
            assertThat(ours).hasToString(kafkas.toString());
            assertThat(Uuid.parse(kafkas.toString())).isEqualTo(ours);
        }
        assertThat(Uuid.ZERO).hasToString("AAAAAAAAAAAAAAAAAAAAAA");
    }

    @Test
    void whatIsNoIdIsRefused() {
        for (String text : new String[] {"", "abc", "AAAAAAAAAAAAAAAAAAAA+A", "A".repeat(1000)}) {
            assertThatThrownBy(() -> Uuid.parse(text)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
