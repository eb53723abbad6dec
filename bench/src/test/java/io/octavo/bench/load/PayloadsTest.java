package io.octavo.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PayloadsTest {
    @Test
    void everyValueHasItsSizeAndNoTwoAreTheSame() {
        List<String> lines = Payloads.lines(100).lines().toList();

        assertThat(lines)
                .hasSize(1_000)
                .allMatch(line -> line.length() == 100)
                .doesNotHaveDuplicates();
    }
}
