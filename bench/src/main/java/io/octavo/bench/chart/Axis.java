package io.octavo.bench.chart;

import java.util.List;

/// One direction of a chart.
///
/// @param label what is shown along it, with the unit
/// @param kind how values become distances
/// @param marks where the axis is marked; empty: at round numbers
public record Axis(String label, Kind kind, List<Mark> marks) {
    /// How values become distances.
    public enum Kind {
        /// Equal differences are equally far apart; begins at zero.
        LINEAR,
        /// Equal ratios are equally far apart; every value is above zero.
        LOG
    }

    /// A place on the axis and what is written there.
    public record Mark(double at, String text) {}

    public Axis {
        marks = List.copyOf(marks);
    }

    /// An axis from zero, marked at round numbers.
    public static Axis linear(String label) {
        return new Axis(label, Kind.LINEAR, List.of());
    }

    /// An axis of ratios, marked at round numbers.
    public static Axis log(String label) {
        return new Axis(label, Kind.LOG, List.of());
    }

    /// The same axis, marked here and nowhere else.
    public Axis markedAt(List<Mark> marks) {
        return new Axis(label, kind, marks);
    }

    /// The stretch of this axis on which all of `values` lie.
    ///
    /// @throws IllegalArgumentException when there is none: no values, or one that no such axis has
    Span over(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("no values along '" + label + "'");
        }
        double lowest = values.stream().mapToDouble(v -> v).min().orElseThrow();
        double highest = values.stream().mapToDouble(v -> v).max().orElseThrow();
        if (!Double.isFinite(lowest) || !Double.isFinite(highest)) {
            throw new IllegalArgumentException(
                    "from %s to %s along '%s'".formatted(lowest, highest, label));
        }
        return switch (kind) {
            case LINEAR -> Span.linear(this, lowest, highest);
            case LOG -> Span.log(this, lowest, highest);
        };
    }
}
