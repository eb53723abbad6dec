package io.octavo.bench;

import io.octavo.bench.chart.Axis;
import io.octavo.bench.chart.BarChart;
import io.octavo.bench.chart.Heading;
import io.octavo.bench.chart.LineChart;
import io.octavo.bench.chart.Series;
import io.octavo.bench.measure.Figure;
import io.octavo.bench.measure.Spread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The charts of `docs/benchmarks`: which results stand in which, and under which words. A chart
/// whose results are not there is left out.
final class Charts {
    private static final String LESS = " (less is better)";
    private static final String MORE = " (more is better)";
    private static final String RUNS = "median of undisturbed runs; thin line: lowest to highest";

    private static final List<Axis.Mark> PERCENTILES =
            List.of(
                    new Axis.Mark(1, "p50"),
                    new Axis.Mark(2, "p99"),
                    new Axis.Mark(3, "p99.9"),
                    new Axis.Mark(4, "max"));

    private final Map<String, Result> results = new LinkedHashMap<>();
    private final Machines machines;
    private final Map<String, Chart> charts = new LinkedHashMap<>();

    /// A chart that can be drawn.
    ///
    /// @param only what `--only` must say to measure what it shows
    record Chart(Heading heading, String only, String svg) {}

    /// One group of bars: a figure of one experiment.
    private record Bars(String label, String experiment, String figure) {}

    private Charts(List<Result> all) {
        all.forEach(result -> results.put(result.name(), result));
        machines = Machines.of(all);
    }

    /// Writes the charts and the page with the tables.
    static void draw(JsonResults results, Path directory) throws IOException {
        Map<String, Chart> charts = of(results.results());
        Files.createDirectories(directory);
        for (Map.Entry<String, Chart> chart : charts.entrySet()) {
            Files.writeString(directory.resolve(chart.getKey()), chart.getValue().svg());
        }
        Files.writeString(
                directory.resolve("README.md"),
                BenchmarksPage.of(results, charts, Files.exists(directory.resolve("paper.md"))));
    }

    /// The charts that can be drawn from `all`, by the names of their files.
    static Map<String, Chart> of(List<Result> all) {
        Charts charts = new Charts(all);
        charts.start();
        charts.memory();
        charts.produce();
        charts.consume();
        charts.latency(1_000);
        charts.latency(10_000);
        charts.limits();
        charts.growth();
        return charts.charts;
    }

    private void start() {
        Heading heading = new Heading("Start to the first acknowledged record", RUNS);
        bars(
                "start.svg",
                heading,
                "seconds" + LESS,
                List.of(
                        new Bars("by the clock", "start", "start.seconds"),
                        new Bars("CPU until then", "start", "start.cpu.seconds")),
                "start");
    }

    private void memory() {
        Result memory = results.get("memory");
        if (memory == null) {
            return;
        }
        List<Bars> totals = new ArrayList<>();
        for (String when : List.of("idle", "loaded")) {
            List<Bars> parts = new ArrayList<>();
            String total = "memory." + when + ".rss.mib";
            String name = "";
            for (Figure figure : memory.figures()) {
                String[] label = figure.label().replace(", MiB", "").split(": ", 2);
                if (figure.name().equals(total)) {
                    name = label[0];
                    totals.add(new Bars(name, "memory", total));
                } else if (figure.name().startsWith("memory." + when)) {
                    parts.add(new Bars(label[1], "memory", figure.name()));
                }
            }
            Heading heading = new Heading("What the memory is for, " + name, RUNS);
            bars("memory-" + when + ".svg", heading, "resident MiB" + LESS, parts, "memory");
        }
        bars("memory.svg", new Heading("Memory", RUNS), "RSS, MiB" + LESS, totals, "memory");
    }

    private void produce() {
        List<ProduceGrid.Cell> measured =
                ProduceGrid.inOrder().stream()
                        .filter(cell -> results.containsKey(cell.name()))
                        .toList();
        List<ProduceGrid.Cell> batches = measured.stream().filter(c -> !c.singles()).toList();
        List<ProduceGrid.Cell> requests =
                measured.stream().filter(ProduceGrid.Cell::singles).toList();
        String base = "base: " + ProduceGrid.BATCHES.description();
        bars(
                "produce-cpu.svg",
                new Heading("Broker CPU per GB produced", base),
                "broker CPU per GB, s" + LESS,
                production(batches, ".cpu.s.per.gb"),
                "produce.*");
        bars(
                "produce-throughput.svg",
                new Heading("Throughput of producers", base),
                "MB/s" + MORE,
                production(batches, ".mb.per.second"),
                "produce.*");
        base = "base: " + ProduceGrid.REQUESTS.description();
        bars(
                "requests-cpu.svg",
                new Heading("Broker CPU per million requests of one record", base),
                "broker CPU per million requests, s" + LESS,
                production(requests, ".cpu.s.per.million.requests"),
                "produce.*.single.*");
        bars(
                "requests-throughput.svg",
                new Heading("Requests of one record", base),
                "requests/s" + MORE,
                production(requests, ".per.second"),
                "produce.*.single.*");
    }

    private List<Bars> production(List<ProduceGrid.Cell> cells, String figure) {
        List<Bars> all = new ArrayList<>();
        for (ProduceGrid.Cell cell : cells) {
            all.add(new Bars(cell.label(), cell.name(), cell.name() + figure));
            String warm = cell.warmName();
            if (results.containsKey(warm)) {
                all.add(new Bars(cell.label() + ", all compiled", warm, warm + figure));
            }
        }
        return all;
    }

    private void consume() {
        List<String> names =
                results.keySet().stream().filter(name -> name.startsWith("consume.")).toList();
        String note =
                "hot: page cache; cold: disk; tail: as it is written at 50 MB/s, that work included";
        bars(
                "consume-cpu.svg",
                new Heading("Broker CPU per GB consumed", note),
                "broker CPU per GB, s" + LESS,
                consumers(names, ".cpu.s.per.gb"),
                "consume.*");
        bars(
                "consume-throughput.svg",
                new Heading("Throughput of consumers", note),
                "MB/s" + MORE,
                consumers(names, ".mb.per.second"),
                "consume.*");
    }

    /// From `consume.hot.group.x16` to `hot, group, x16`.
    private static List<Bars> consumers(List<String> names, String figure) {
        return names.stream()
                .map(name ->
                        new Bars(
                                name.replace("consume.", "").replace(".", ", "),
                                name,
                                name + figure))
                .toList();
    }

    private void latency(int perSecond) {
        String name = "latency-" + perSecond;
        Result result = results.get(name);
        if (result == null) {
            return;
        }
        List<Series> lines = new ArrayList<>();
        for (int broker = 0; broker < result.brokers().size(); broker++) {
            List<Series.Point> points = new ArrayList<>();
            for (Axis.Mark mark : PERCENTILES) {
                String part = mark.text().replace(".", "");
                Spread spread = spread(result, broker, name + ".received.us." + part);
                if (spread != null) {
                    points.add(new Series.Point(mark.at(), times(spread, 1e-3)));
                }
            }
            lines.add(new Series(result.brokers().get(broker), points));
        }
        Heading heading =
                new Heading(
                        "End-to-end latency at %d records/s".formatted(perSecond),
                        "from the instant each record of 1 KiB was due to its arrival; " + RUNS);
        LineChart chart =
                new LineChart(
                        heading,
                        Axis.linear("percentile of records").markedAt(PERCENTILES),
                        Axis.log("ms" + LESS),
                        lines);
        charts.put(name + ".svg", new Chart(heading, name, chart.svg()));
    }

    /// The machine stands behind the reference, so that the brokers have the colours that they have
    /// everywhere.
    private void limits() {
        Result result = results.get("limits");
        if (result == null) {
            return;
        }
        List<BarChart.Group> groups = new ArrayList<>();
        for (String what : List.of("produce", "consume")) {
            List<@Nullable Spread> bars = new ArrayList<>();
            List<Double> least = new ArrayList<>();
            for (int broker = 0; broker < result.brokers().size(); broker++) {
                bars.add(spread(result, broker, "limits." + what + ".cpu.s.per.gb"));
                Spread own = spread(result, broker, "limits." + what + ".least.s.per.gb");
                if (own != null) {
                    least.add(own.lowest());
                }
            }
            double lowest = least.stream().min(Double::compare).orElse(0.0);
            bars.add(bars.size() - 1, Spread.of(List.of(lowest)));
            groups.add(new BarChart.Group(what + "d", bars));
        }
        List<String> series = new ArrayList<>(result.brokers());
        series.add(series.size() - 1, "the machine itself");
        Heading heading =
                new Heading(
                        "Broker CPU per GB, over what the machine itself takes",
                        "the machine: bench/limits.c, its lowest; batches of 128 KiB; " + RUNS);
        BarChart chart = new BarChart(heading, Axis.linear("CPU per GB, s" + LESS), series, groups);
        charts.put("limits.svg", new Chart(heading, "limits", chart.svg()));
    }

    private void growth() {
        lines(
                "growth-bytes.svg",
                new Heading("CPU grows as the bytes do", "to a topic that keeps 1 GiB; " + RUNS),
                GrowthInBytes.NAME,
                new Shape("GB produced", "broker CPU, s", Axis.Kind.LOG, "cpu.s"));
        lines(
                "growth-connections.svg",
                new Heading("CPU per GB over more and more connections", RUNS),
                GrowthInConnections.NAME,
                new Shape(
                        "connections",
                        "broker CPU per GB, s" + LESS,
                        Axis.Kind.LINEAR,
                        "cpu.s.per.gb"));
        lines(
                "growth-requests.svg",
                new Heading(
                        "CPU per request over more and more connections",
                        "10 000 records of 200 B per second, one per request; " + RUNS),
                GrowthInConnections.NAME,
                new Shape(
                        "connections",
                        "broker CPU per request, µs" + LESS,
                        Axis.Kind.LINEAR,
                        "cpu.us.per.request"));
    }

    /// @param figure the end of the figures' names, behind the experiment's name and where across
    ///   the point is
    private record Shape(String across, String up, Axis.Kind kind, String figure) {
        /// Where across a figure stands, as its name says; empty when it is another figure.
        String at(String experiment, Figure figure) {
            String name = figure.name();
            String end = "." + this.figure;
            int begin = experiment.length() + 1;
            return name.endsWith(end) && name.length() - end.length() > begin
                    ? name.substring(begin, name.length() - end.length())
                    : "";
        }
    }

    /// A line for each broker.
    private void lines(String file, Heading heading, String name, Shape shape) {
        Result result = results.get(name);
        if (result == null) {
            return;
        }
        Set<Axis.Mark> marks = new LinkedHashSet<>();
        List<Series> lines = new ArrayList<>();
        for (int broker = 0; broker < result.brokers().size(); broker++) {
            List<Series.Point> points = new ArrayList<>();
            for (Figure figure : result.figures()) {
                String at = shape.at(name, figure);
                if (!at.isEmpty()) {
                    double x = Double.parseDouble(at);
                    marks.add(new Axis.Mark(x, at));
                    points.add(new Series.Point(x, result.spread(broker, figure)));
                }
            }
            lines.add(new Series(result.brokers().get(broker), points));
        }
        LineChart chart =
                new LineChart(
                        heading,
                        Axis.log(shape.across()).markedAt(List.copyOf(marks)),
                        new Axis(shape.up(), shape.kind(), List.of()),
                        lines);
        charts.put(file, new Chart(heading, name, chart.svg()));
    }

    private void bars(String file, Heading heading, String axis, List<Bars> wanted, String only) {
        List<Result> measured =
                wanted.stream()
                        .flatMap(bars -> Stream.ofNullable(results.get(bars.experiment())))
                        .toList();
        Set<String> brokers = new LinkedHashSet<>();
        measured.forEach(result -> brokers.addAll(result.brokers()));
        Machines shown = Machines.of(measured);
        List<BarChart.Group> groups = new ArrayList<>();
        for (Bars bars : wanted) {
            Result result = results.get(bars.experiment());
            if (result == null) {
                continue;
            }
            List<@Nullable Spread> spreads = new ArrayList<>();
            for (String broker : brokers) {
                int index = result.brokers().indexOf(broker);
                spreads.add(index < 0 ? null : spread(result, index, bars.figure()));
            }
            String mark = shown.several() ? machines.mark(result) : "";
            groups.add(new BarChart.Group(bars.label() + mark, spreads));
        }
        if (!groups.isEmpty()) {
            BarChart chart = new BarChart(heading, Axis.linear(axis), List.copyOf(brokers), groups);
            charts.put(file, new Chart(heading, only, chart.svg()));
        }
    }

    private static @Nullable Spread spread(Result result, int broker, String name) {
        Figure figure = result.figure(name);
        return figure == null ? null : result.spread(broker, figure);
    }

    private static Spread times(Spread spread, double factor) {
        return new Spread(
                spread.median() * factor, spread.lowest() * factor, spread.highest() * factor);
    }
}
