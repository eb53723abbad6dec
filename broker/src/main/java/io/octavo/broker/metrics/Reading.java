package io.octavo.broker.metrics;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;

/// What all sources say at one time. Names and units follow Prometheus's conventions: base units,
/// and `_total` behind what only grows, which is added here. Several values of one name differ in
/// their labels, which are given as name, value, name, value. For one thread.
public final class Reading {
    private static final double NANOS_PER_SECOND = 1e9;

    /// From 10 us to 10 s.
    private static final List<Double> BOUNDS_SECONDS =
            List.of(
                    1e-5,
                    2.5e-5,
                    5e-5,
                    1e-4,
                    2.5e-4,
                    5e-4,
                    1e-3,
                    2.5e-3,
                    5e-3,
                    1e-2,
                    2.5e-2,
                    5e-2,
                    0.1,
                    0.25,
                    0.5,
                    1.0,
                    2.5,
                    5.0,
                    10.0,
                    Double.POSITIVE_INFINITY);

    private final Map<String, GaugeSnapshot.Builder> gauges = new TreeMap<>();
    private final Map<String, CounterSnapshot.Builder> counters = new TreeMap<>();
    private final Map<String, HistogramSnapshot.Builder> histograms = new TreeMap<>();

    Reading() {}

    /// Something that goes up and down.
    public void gauge(String name, String help, long value, String... labels) {
        gauges.computeIfAbsent(name, _ -> GaugeSnapshot.builder().name(name).help(help))
                .dataPoint(
                        GaugeDataPointSnapshot.builder()
                                .value((double) value)
                                .labels(Labels.of(labels))
                                .build());
    }

    /// Something that only grows, from the start of the process.
    public void counter(String name, String help, long value, String... labels) {
        counters.computeIfAbsent(name, _ -> CounterSnapshot.builder().name(name).help(help))
                .dataPoint(
                        CounterDataPointSnapshot.builder()
                                .value((double) value)
                                .labels(Labels.of(labels))
                                .build());
    }

    /// How often something took how long.
    ///
    /// @param countUpTo how many took at most so many nanoseconds
    /// @param sumNanos all of them together
    public void histogram(
            String name,
            String help,
            LongUnaryOperator countUpTo,
            long sumNanos,
            String... labels) {
        List<Long> counts = new ArrayList<>();
        long below = 0;
        for (double seconds : BOUNDS_SECONDS) {
            // Others count meanwhile.
            long upTo = Math.max(below, countUpTo.applyAsLong((long) (seconds * NANOS_PER_SECOND)));
            counts.add(upTo - below);
            below = upTo;
        }
        histograms
                .computeIfAbsent(name, _ -> HistogramSnapshot.builder().name(name).help(help))
                .dataPoint(
                        HistogramDataPointSnapshot.builder()
                                .classicHistogramBuckets(
                                        ClassicHistogramBuckets.of(BOUNDS_SECONDS, counts))
                                .sum(sumNanos / NANOS_PER_SECOND)
                                .labels(Labels.of(labels))
                                .build());
    }

    MetricSnapshots snapshots() {
        MetricSnapshots.Builder all = MetricSnapshots.builder();
        gauges.values().forEach(one -> all.metricSnapshot(one.build()));
        counters.values().forEach(one -> all.metricSnapshot(one.build()));
        histograms.values().forEach(one -> all.metricSnapshot(one.build()));
        return all.build();
    }
}
