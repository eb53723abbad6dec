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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What all sources say at one time. Names and units follow Prometheus's conventions: base units,
/// and `_total` behind what only grows, which is added here. Several values of one name differ in
/// their labels, which are given as name, value, name, value. For one thread.
public final class Reading {
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
    public void histogram(String name, String help, Distribution values, String... labels) {
        histograms
                .computeIfAbsent(name, _ -> HistogramSnapshot.builder().name(name).help(help))
                .dataPoint(
                        HistogramDataPointSnapshot.builder()
                                .classicHistogramBuckets(
                                        ClassicHistogramBuckets.of(
                                                values.upperBounds, values.counts))
                                .sum(values.sum)
                                .labels(Labels.of(labels))
                                .build());
    }

    /// How values are distributed.
    ///
    /// @param upperBounds of the buckets, ascending; the last is infinity
    /// @param counts of the values in each bucket alone
    /// @param sum of all values
    public record Distribution(List<Double> upperBounds, List<Long> counts, double sum) {}

    MetricSnapshots snapshots() {
        MetricSnapshots.Builder all = MetricSnapshots.builder();
        gauges.values().forEach(one -> all.metricSnapshot(one.build()));
        counters.values().forEach(one -> all.metricSnapshot(one.build()));
        histograms.values().forEach(one -> all.metricSnapshot(one.build()));
        return all.build();
    }
}
