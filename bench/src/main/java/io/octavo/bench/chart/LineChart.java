package io.octavo.bench.chart;

import io.octavo.bench.chart.Series.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/// Lines over a common axis. Every point that was measured is marked; a thin upright line through
/// it shows the lowest and the highest of several runs.
///
/// @param across the axis from left to right
/// @param up the axis from below upwards
/// @param lines at most seven; the last is the one that the chart is about
public record LineChart(Heading heading, Axis across, Axis up, List<Series> lines) {
    private static final int PLOT_HEIGHT = 300;
    private static final double DOT = 3.5;

    /// For the upright label and the marks beside the axis.
    private static final int LEFT = 84;

    public LineChart {
        lines = List.copyOf(lines);
    }

    /// The text of the SVG file.
    ///
    /// @throws IllegalArgumentException when there is nothing in it, or what an axis cannot show
    public String svg() {
        Svg svg = new Svg();
        int top = svg.heading(heading, lines.stream().map(Series::name).toList());
        double right = Svg.WIDTH - Svg.MARGIN * 2.0;
        Plot plot =
                new Plot(
                        across.over(values(point -> Stream.of(point.x()))),
                        up.over(
                                values(point ->
                                        Stream.of(point.y().lowest(), point.y().highest()))),
                        right,
                        top,
                        top + PLOT_HEIGHT);
        axes(svg, plot);
        for (int i = 0; i < lines.size(); i++) {
            line(svg, plot, lines.get(i).points(), Svg.colour(i, lines.size()));
        }
        return svg.document(heading, plot.bottom() + Svg.LABEL_BELOW + Svg.MARGIN);
    }

    private record Plot(Span across, Span up, double right, double top, double bottom) {
        double x(double value) {
            return LEFT + across.part(value) * (right - LEFT);
        }

        double y(double value) {
            return bottom - up.part(value) * (bottom - top);
        }
    }

    private void axes(Svg svg, Plot plot) {
        for (Axis.Mark mark : plot.up().marks()) {
            double y = plot.y(mark.at());
            svg.line("grid", LEFT, y, plot.right(), y);
            svg.text("mark end", LEFT - Svg.MARGIN / 2.0, y + Svg.LINE / 5.0, mark.text());
        }
        for (Axis.Mark mark : plot.across().marks()) {
            double x = plot.x(mark.at());
            svg.line("axis", x, plot.bottom(), x, plot.bottom() + Svg.LINE / 4.0);
            svg.text("mark middle", x, plot.bottom() + Svg.LINE, mark.text());
        }
        svg.line("axis", LEFT, plot.bottom(), plot.right(), plot.bottom());
        double middle = (plot.top() + plot.bottom()) / 2;
        svg.uprightText("name", Svg.MARGIN + Svg.LINE / 4.0, middle, up.label());
        svg.text(
                "middle",
                (LEFT + plot.right()) / 2,
                plot.bottom() + Svg.LABEL_BELOW,
                across.label());
    }

    private static void line(Svg svg, Plot plot, List<Point> points, String colour) {
        List<String> path = new ArrayList<>();
        for (Point point : points) {
            double x = plot.x(point.x());
            double y = plot.y(point.y().median());
            path.add(Svg.show(x) + "," + Svg.show(y));
            if (point.y().highest() > point.y().lowest()) {
                double lowest = plot.y(point.y().lowest());
                svg.line("extremes", x, lowest, x, plot.y(point.y().highest()));
            }
            svg.circle("dot " + colour, x, y, DOT);
        }
        svg.polyline("line " + colour, String.join(" ", path));
    }

    private List<Double> values(Function<Point, Stream<Double>> of) {
        return lines.stream().flatMap(line -> line.points().stream()).flatMap(of).toList();
    }
}
