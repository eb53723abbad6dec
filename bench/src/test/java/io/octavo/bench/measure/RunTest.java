package io.octavo.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RunTest {
    @Test
    void whatOthersUsedIsKeptWithItsSign() {
        Run run = new Run();

        run.sawForeign(-0.07);
        assertThat(run.foreignCores()).isEqualTo(-0.07);
        assertThat(run.disturbed()).isFalse();
    }

    @Test
    void theWorstPartCounts() {
        Run run = new Run();

        run.sawForeign(-0.07);
        run.sawForeign(0.2);
        run.sawForeign(0.1);
        assertThat(run.foreignCores()).isEqualTo(0.2);
        assertThat(run.disturbed()).isTrue();
    }
}
