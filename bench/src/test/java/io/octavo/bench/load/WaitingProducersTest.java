package io.octavo.bench.load;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class WaitingProducersTest {
    @Test
    void producersThatCannotBeginAreNoMeasurement() {
        String[] nobodyThere = {"nonsense", "topic", "1", "10", "0", "1"};

        assertThatThrownBy(() -> WaitingProducers.main(nobodyThere))
                .hasMessage("a record was not acknowledged");
    }
}
