package io.octavo.bench.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.octavo.bench.chart.Series.Point;
import io.octavo.bench.measure.Spread;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

class LineChartTest {
    private static final Heading HEADING = new Heading("Growth", "");

    @Test
    void equalRatiosAreEquallyFarApartAlongALogAxis() throws Exception {
        LineChart chart =
                new LineChart(
                        HEADING,
                        Axis.log("GB"),
                        Axis.log("CPU, s"),
                        List.of(new Series("A", List.of(at(1, 2), at(10, 20), at(100, 200)))));

        List<Element> dots = Drawn.of(chart.svg()).elements("circle", "dot");

        double firstStep = Drawn.number(dots.get(1), "cx") - Drawn.number(dots.get(0), "cx");
        double secondStep = Drawn.number(dots.get(2), "cx") - Drawn.number(dots.get(1), "cx");
        double rise = Drawn.number(dots.get(0), "cy") - Drawn.number(dots.get(1), "cy");
        assertThat(firstStep).isPositive().isCloseTo(secondStep, within(0.2));
        assertThat(rise).isPositive();
    }

    @Test
    void aLinearAxisBeginsAtZero() throws Exception {
        LineChart chart =
                new LineChart(
                        HEADING,
                        Axis.linear("connections"),
                        Axis.linear("CPU, s"),
                        List.of(new Series("A", List.of(at(40, 8), at(80, 10)))));

        List<String> marks = Drawn.of(chart.svg()).texts("mark");

        assertThat(marks).startsWith("0", "2", "4", "6", "8", "10").contains("80");
    }

    @Test
    void namedMarksStandWhereTheyAreAskedFor() throws Exception {
        Axis percentiles =
                Axis.linear("percentile")
                        .markedAt(List.of(new Axis.Mark(1, "p50"), new Axis.Mark(2, "p99")));
        LineChart chart =
                new LineChart(
                        HEADING,
                        percentiles,
                        Axis.log("ms"),
                        List.of(new Series("A", List.of(at(1, 3), at(2, 9)))));

        Drawn drawn = Drawn.of(chart.svg());

        Element mark =
                drawn.elements("text", "mark").stream()
                        .filter(text -> text.getTextContent().equals("p99"))
                        .findFirst()
                        .orElseThrow();
        assertThat(Drawn.number(mark, "x"))
                .isEqualTo(Drawn.number(drawn.elements("circle", "dot").get(1), "cx"));
    }

    @Test
    void aLineGoesThroughItsPoints() throws Exception {
        LineChart chart =
                new LineChart(
                        HEADING,
                        Axis.linear("x"),
                        Axis.linear("y"),
                        List.of(
                                new Series("A", List.of(at(0, 1), at(1, 2))),
                                new Series("B", List.of(at(0, 3), at(1, 4)))));

        Drawn drawn = Drawn.of(chart.svg());

        List<Element> dots = drawn.elements("circle", "strong");
        String path = drawn.elements("polyline", "strong").getFirst().getAttribute("points");
        assertThat(path)
                .isEqualTo(
                        "%s,%s %s,%s"
                                .formatted(
                                        dots.get(0).getAttribute("cx"),
                                        dots.get(0).getAttribute("cy"),
                                        dots.get(1).getAttribute("cx"),
                                        dots.get(1).getAttribute("cy")));
        assertThat(drawn.texts("name")).contains("A", "B");
    }

    @Test
    void zeroHasNoPlaceOnALogAxis() {
        LineChart chart =
                new LineChart(
                        HEADING,
                        Axis.linear("x"),
                        Axis.log("ms"),
                        List.of(new Series("A", List.of(at(1, 0)))));

        assertThatThrownBy(chart::svg).hasMessageContaining("0.0 along 'ms'");
    }

    private static Point at(double x, double y) {
        return new Point(x, Spread.of(List.of(y)));
    }
}
