package io.octavo.bench.chart;

import java.util.ArrayList;
import java.util.List;

/// A stretch of an axis, from a round number to a round number.
///
/// @param marks within it, lowest first
record Span(Axis.Kind kind, double from, double to, List<Axis.Mark> marks) {
    /// Steps from mark to mark are these times a power of ten.
    private static final double[] ROUND = {1, 2, 5};

    private static final int STEPS_MAX = 7;

    /// From so many decades on only the powers of ten are marked.
    private static final double DECADES_MANY = 2;

    /// Of a step: how far a sum of steps may be from the number it stands for.
    private static final double ROUNDING = 1e-6;

    /// @throws IllegalArgumentException when a value is below zero
    static Span linear(Axis axis, double lowest, double highest) {
        if (lowest < 0) {
            throw new IllegalArgumentException(
                    "%s along '%s', which begins at zero".formatted(lowest, axis.label()));
        }
        if (!axis.marks().isEmpty()) {
            return marked(axis, 0, highest);
        }
        double reach = highest == 0 ? 1 : highest;
        double step = roundStep(reach);
        int steps = (int) Math.ceil(reach / step - ROUNDING);
        List<Axis.Mark> marks = new ArrayList<>();
        for (int i = 0; i <= steps; i++) {
            marks.add(new Axis.Mark(i * step, Numbers.show(i * step)));
        }
        return new Span(axis.kind(), 0, steps * step, marks);
    }

    /// @throws IllegalArgumentException when a value is not above zero
    static Span log(Axis axis, double lowest, double highest) {
        if (lowest <= 0) {
            throw new IllegalArgumentException(
                    "%s along '%s', which has ratios".formatted(lowest, axis.label()));
        }
        if (!axis.marks().isEmpty()) {
            return marked(axis, lowest, highest);
        }
        boolean many = Math.log10(highest / lowest) >= DECADES_MANY;
        List<Axis.Mark> marks = new ArrayList<>();
        for (int power = (int) Math.floor(Math.log10(lowest)); ; power++) {
            for (double round : many ? new double[] {1} : ROUND) {
                double at = round * Math.pow(10, power);
                if (at <= lowest * (1 + ROUNDING)) {
                    marks.clear();
                }
                marks.add(new Axis.Mark(at, Numbers.show(at)));
                if (at >= highest * (1 - ROUNDING) && marks.size() > 1) {
                    return new Span(axis.kind(), marks.getFirst().at(), at, marks);
                }
            }
        }
    }

    /// How far `value` is along the span: 0 at its beginning, 1 at its end.
    double part(double value) {
        return switch (kind) {
            case LINEAR -> (value - from) / (to - from);
            case LOG -> Math.log(value / from) / Math.log(to / from);
        };
    }

    /// From the first mark or value to the last.
    private static Span marked(Axis axis, double lowest, double highest) {
        List<Axis.Mark> marks = axis.marks();
        double from = Math.min(lowest, marks.getFirst().at());
        double to = Math.max(highest, marks.getLast().at());
        return new Span(axis.kind(), from, to, marks);
    }

    private static double roundStep(double reach) {
        double power = Math.pow(10, Math.floor(Math.log10(reach)) - 1);
        while (true) {
            for (double round : ROUND) {
                if (reach / (round * power) <= STEPS_MAX) {
                    return round * power;
                }
            }
            power *= 10;
        }
    }
}
