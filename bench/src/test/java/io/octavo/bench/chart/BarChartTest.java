package io.octavo.bench.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.octavo.bench.chart.BarChart.Group;
import io.octavo.bench.measure.Spread;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

class BarChartTest {
    private static final Heading HEADING = new Heading("Cost <of> a GB", "a & b");
    private static final Axis AXIS = Axis.linear("CPU per GB, s");

    @Test
    void aBarIsAsLongAsItsValue() throws Exception {
        Drawn drawn =
                Drawn.of(
                        chart(List.of("A", "B"), new Group("small", List.of(just(3), just(0.75))))
                                .svg());

        List<Element> bars = drawn.elements("rect", "bar");

        assertThat(Drawn.number(bars.get(1), "width"))
                .isCloseTo(Drawn.number(bars.get(0), "width") / 4, within(0.2));
        assertThat(drawn.texts("mark")).contains("3", "0.75");
    }

    @Test
    void theLastSeriesHasTheStrongColour() throws Exception {
        Drawn drawn =
                Drawn.of(
                        chart(List.of("A", "B"), new Group("small", List.of(just(1), just(2))))
                                .svg());

        assertThat(drawn.elements("rect", "bar").stream().map(bar -> bar.getAttribute("class")))
                .containsExactly("bar s0", "bar strong");
    }

    @Test
    void theExtremesOfSeveralRunsReachFromTheLowestToTheHighest() throws Exception {
        Spread spread = Spread.of(List.of(4.0, 1.0, 2.0));

        Drawn drawn = Drawn.of(chart(List.of("A"), new Group("small", List.of(spread))).svg());

        Element bar = drawn.elements("rect", "bar").getFirst();
        Element extremes = drawn.elements("line", "extremes").getFirst();
        double left = Drawn.number(bar, "x");
        double perUnit = Drawn.number(bar, "width") / 2;
        assertThat(Drawn.number(extremes, "x1")).isCloseTo(left + perUnit, within(0.2));
        assertThat(Drawn.number(extremes, "x2")).isCloseTo(left + 4 * perUnit, within(0.2));
    }

    @Test
    void whatWasNotMeasuredIsSaid() throws Exception {
        Drawn drawn =
                Drawn.of(
                        chart(List.of("A", "B"), new Group("small", Arrays.asList(null, just(2))))
                                .svg());

        assertThat(drawn.elements("rect", "bar")).hasSize(1);
        assertThat(drawn.texts("note")).contains("not measured");
    }

    @Test
    void titleNoteUnitAndGroupsAreThere() throws Exception {
        Drawn drawn = Drawn.of(chart(List.of("A"), new Group("small", List.of(just(2)))).svg());

        assertThat(drawn.texts("title")).containsExactly("Cost <of> a GB");
        assertThat(drawn.texts("note")).containsExactly("a & b");
        assertThat(drawn.texts("middle")).contains("CPU per GB, s");
        assertThat(drawn.texts("end")).containsExactly("small");
    }

    @Test
    void aDarkReadingHasColoursOfItsOwn() {
        String svg = chart(List.of("A"), new Group("small", List.of(just(2)))).svg();

        assertThat(svg).contains(".paper{fill:#ffffff}").contains(".paper{fill:#0d1117}");
        assertThat(svg.indexOf("prefers-color-scheme:dark"))
                .isBetween(
                        svg.indexOf(".paper{fill:#ffffff}"), svg.indexOf(".paper{fill:#0d1117}"));
    }

    @Test
    void aLogarithmicBarIsRefused() {
        List<Group> groups = List.of(new Group("small", List.of(just(1))));

        assertThatThrownBy(() -> new BarChart(HEADING, Axis.log("s"), List.of("A"), groups))
                .hasMessageContaining("linear");
    }

    @Test
    void aGroupThatForgetsASeriesIsRefused() {
        assertThatThrownBy(() -> chart(List.of("A", "B"), new Group("small", List.of(just(1)))))
                .hasMessageContaining("1 bars for 2 series");
    }

    @Test
    void aChartOfNothingIsRefused() {
        assertThatThrownBy(() -> chart(List.of("A")).svg()).hasMessageContaining("no values");
    }

    private static BarChart chart(List<String> series, Group... groups) {
        return new BarChart(HEADING, AXIS, series, List.of(groups));
    }

    private static Spread just(double value) {
        return Spread.of(List.of(value));
    }
}
