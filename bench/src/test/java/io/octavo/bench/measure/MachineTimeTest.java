package io.octavo.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

final class MachineTimeTest {
    @Test
    void readsWhatAllProcessorsDid() {
        MachineTime time = MachineTime.of("cpu  2395653 7 595982 2282789 69644 1 82347 24693 0 0");

        assertThat(time).isEqualTo(new MachineTime(23956.60, 246.93));
    }

    @Test
    void timeOnlyGrows() throws IOException {
        MachineTime before = MachineTime.now();
        MachineTime after = MachineTime.now();

        assertThat(before.userSeconds()).isPositive();
        assertThat(after.userSeconds()).isGreaterThanOrEqualTo(before.userSeconds());
        assertThat(after.stolenSeconds()).isGreaterThanOrEqualTo(before.stolenSeconds());
    }
}
