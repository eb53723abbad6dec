package io.octavo.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessUseTest {
    @Test
    void aProcessHasUsedWhatTheJvmSaysOfItself() throws Exception {
        ProcessHandle self = ProcessHandle.current();

        ProcessUse use = ProcessUse.of(self.pid());

        double jvmSeconds = self.info().totalCpuDuration().orElseThrow().toMillis() / 1e3;
        assertThat(use.cpuSeconds()).isBetween(jvmSeconds - 1, jvmSeconds + 0.011);
        assertThat(use.residentBytes()).isGreaterThan(10 << 20);
    }
}
