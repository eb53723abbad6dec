package io.octavo.bench.paper;

import static io.octavo.bench.paper.Contenders.ACTIVEMQ;
import static io.octavo.bench.paper.Contenders.KAFKA_BATCH;
import static io.octavo.bench.paper.Contenders.KAFKA_SINGLE;
import static io.octavo.bench.paper.Contenders.OCTAVO_BATCH;
import static io.octavo.bench.paper.Contenders.OCTAVO_SINGLE;
import static io.octavo.bench.paper.Contenders.RABBITMQ;
import static io.octavo.bench.paper.Contenders.STREAM;

import io.octavo.bench.chart.Axis;
import io.octavo.bench.chart.Heading;
import io.octavo.bench.chart.LineChart;
import io.octavo.bench.chart.Series;
import io.octavo.bench.chart.Series.Point;
import io.octavo.bench.measure.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// The paper's Figures 4 and 5: the rate over the messages so far, in a logarithmic scale, because
/// what is compared lies two orders of magnitude apart. Empty when nobody of theirs took part.
final class Drawings {
    /// A line of a chart.
    private record Line(String way, String name) {}

    /// The last is what the chart is about.
    private static final List<Line> PRODUCED =
            List.of(
                    new Line(ACTIVEMQ, "ActiveMQ"),
                    new Line(RABBITMQ, "RabbitMQ classic"),
                    new Line(STREAM, "RabbitMQ stream (50)"),
                    new Line(KAFKA_SINGLE, "Kafka (1)"),
                    new Line(KAFKA_BATCH, "Kafka (50)"),
                    new Line(OCTAVO_SINGLE, "Octavo (1)"),
                    new Line(OCTAVO_BATCH, "Octavo (50)"));

    private static final List<Line> CONSUMED =
            List.of(
                    new Line(ACTIVEMQ, "ActiveMQ"),
                    new Line(RABBITMQ, "RabbitMQ classic"),
                    new Line(STREAM, "RabbitMQ stream"),
                    new Line(KAFKA_BATCH, "Kafka"),
                    new Line(OCTAVO_BATCH, "Octavo"));

    private Drawings() {}

    static Optional<String> produced(Rounds rounds) {
        return chart(
                rounds,
                new Heading(
                        "One producer, 200-byte messages",
                        "Nothing acknowledged, but to the stream's producer;"
                                + " in brackets: messages per request"),
                "sent so far, millions of messages",
                PRODUCED,
                Round::produced);
    }

    static Optional<String> consumed(Rounds rounds) {
        return chart(
                rounds,
                new Heading(
                        "One consumer, 200-byte messages",
                        "Prefetching up to 1000 messages or 200 KB; Kafka's and Octavo's were"
                                + " produced in batches of 50"),
                "received so far, millions of messages",
                CONSUMED,
                Round::consumed);
    }

    private static Optional<String> chart(
            Rounds rounds,
            Heading heading,
            String across,
            List<Line> lines,
            Function<Round, Part> part) {
        List<Series> series = new ArrayList<>();
        for (Line line : lines) {
            List<Round> runs = rounds.of(line.way());
            if (!runs.isEmpty()) {
                series.add(new Series(line.name(), points(runs, part)));
            }
        }
        if (series.isEmpty()) {
            return Optional.empty();
        }
        Axis up = Axis.log("messages per second");
        return Optional.of(new LineChart(heading, Axis.linear(across), up, series).svg());
    }

    /// For each share of the messages the middle of the runs' rates, and their extremes.
    private static List<Point> points(List<Round> runs, Function<Round, Part> part) {
        long messages = runs.getFirst().messages();
        List<List<Double>> rates =
                runs.stream().map(run -> part.apply(run).rates(messages)).toList();
        int shares = rates.getFirst().size();
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < shares; i++) {
            int share = i;
            Spread spread = Spread.of(rates.stream().map(run -> run.get(share)).toList());
            points.add(new Point((i + 1) * messages / 1e6 / shares, spread));
        }
        return points;
    }
}
