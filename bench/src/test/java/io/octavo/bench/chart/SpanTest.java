package io.octavo.bench.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpanTest {
    @Test
    void linearMarksAreRoundAndReachBeyondTheHighest() {
        assertThat(marks(Axis.linear("s"), 0.31, 3.61)).containsExactly("0", "1", "2", "3", "4");
        assertThat(marks(Axis.linear("s"), 1, 0.069))
                .containsExactly("0", "0.2", "0.4", "0.6", "0.8", "1");
        assertThat(marks(Axis.linear("records/s"), 1, 654_000))
                .containsExactly(
                        "0", "100 k", "200 k", "300 k", "400 k", "500 k", "600 k", "700 k");
    }

    @Test
    void aFewDecadesAreMarkedAtOneTwoAndFive() {
        assertThat(marks(Axis.log("connections"), 1, 64))
                .containsExactly("1", "2", "5", "10", "20", "50", "100");
    }

    @Test
    void manyDecadesAreMarkedAtPowersOfTen() {
        assertThat(marks(Axis.log("ms"), 0.25, 700))
                .containsExactly("0.1", "1", "10", "100", "1 k");
    }

    @Test
    void oneValueAloneStillHasASpan() {
        assertThat(marks(Axis.log("GB"), 10, 10)).containsExactly("10", "20");
        assertThat(marks(Axis.linear("GB"), 0, 0)).startsWith("0").endsWith("1");
    }

    @Test
    void numbersHaveThreeDigitsThatCount() {
        assertThat(Numbers.show(0)).isEqualTo("0");
        assertThat(Numbers.show(0.20449)).isEqualTo("0.204");
        assertThat(Numbers.show(999.9)).isEqualTo("1 k");
        assertThat(Numbers.show(20_000)).isEqualTo("20 k");
        assertThat(Numbers.show(1_234_567)).isEqualTo("1.23 M");
    }

    private static List<String> marks(Axis axis, double... values) {
        List<Double> all = java.util.Arrays.stream(values).boxed().toList();
        return axis.over(all).marks().stream().map(Axis.Mark::text).toList();
    }
}
