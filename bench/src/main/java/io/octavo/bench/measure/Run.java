package io.octavo.bench.measure;

import java.util.LinkedHashMap;
import java.util.Map;

/// The figures of one run of one experiment on one broker, and how much the machine's other
/// processes disturbed it.
public final class Run {
    /// Above this others took enough of two cores to move the figures: the run is repeated.
    public static final double DISTURBED_CORES = 0.15;

    private final Map<Figure, Double> figures = new LinkedHashMap<>();
    private double foreignCores;
    private boolean watched;

    public void put(Figure figure, double value) {
        figures.put(figure, value);
    }

    /// Notes what others used during one measured part; the worst part counts. A little below zero
    /// is as good as nothing, and tells how exact the others are.
    public void sawForeign(double cores) {
        foreignCores = watched ? Math.max(foreignCores, cores) : cores;
        watched = true;
    }

    /// @throws IllegalStateException when the run did not measure it
    public double value(Figure figure) {
        Double value = figures.get(figure);
        if (value == null) {
            throw new IllegalStateException("the run has no figure " + figure.name());
        }
        return value;
    }

    /// In the order in which they were put.
    public Map<Figure, Double> figures() {
        return figures;
    }

    public double foreignCores() {
        return foreignCores;
    }

    public boolean disturbed() {
        return foreignCores > DISTURBED_CORES;
    }
}
