package io.octavo.bench.chart;

import io.octavo.bench.measure.Spread;
import java.util.List;

/// One line of a chart.
///
/// @param name for the legend
/// @param points from left to right; at least one
public record Series(String name, List<Point> points) {
    public Series {
        points = List.copyOf(points);
    }

    /// A value, or the middle of several and their extremes.
    public record Point(double x, Spread y) {}
}
