package io.octavo.bench;

import io.octavo.bench.Comparison.Pair;
import io.octavo.bench.Comparison.Result;
import io.octavo.bench.broker.Broker;
import io.octavo.bench.measure.Figure;
import io.octavo.bench.measure.Spread;
import java.util.ArrayList;
import java.util.List;

/// The results for people: a line per figure, `median [lowest-highest]` for each broker, and the
/// ratio of the second broker to the first, taken pair by pair.
///
/// ```
///                                      Apache Kafka 4.3.1   Octavo 0.1.0        Octavo / Apache Kafka
/// start  start on an empty, ... (pairs: 5)
///   start to first acknowledged, s     2.10 [2.05-2.21]     0.31 [0.30-0.33]    0.15 [0.14-0.16]
/// ```
final class Table {
    private static final int RATIO_DECIMALS = 2;
    private static final Figure RATIO = new Figure("ratio", "ratio", RATIO_DECIMALS);
    private static final String GAP = "   ";

    private final List<Broker> brokers;
    private final List<List<String>> rows = new ArrayList<>();

    private Table(List<Broker> brokers) {
        this.brokers = brokers;
    }

    /// @param results of one comparison, in the order to show
    static String of(List<Broker> brokers, List<Result> results) {
        Table table = new Table(brokers);
        table.header();
        for (Result result : results) {
            table.experiment(result);
        }
        return table.text();
    }

    private void header() {
        List<String> row = new ArrayList<>(List.of(""));
        brokers.forEach(broker -> row.add(broker.name()));
        if (brokers.size() == 2) {
            row.add("ratio, pair by pair");
        }
        rows.add(row);
    }

    private void experiment(Result result) {
        rows.add(List.of());
        rows.add(
                List.of(
                        result.experiment().name()
                                + ": "
                                + result.experiment().title()
                                + " (pairs: "
                                + result.note()
                                + ")"));
        for (Figure figure : result.counted().getFirst().runs().getFirst().figures().keySet()) {
            List<String> row = new ArrayList<>(List.of("  " + figure.label()));
            for (int broker = 0; broker < brokers.size(); broker++) {
                row.add(show(figure, values(result.counted(), broker, figure)));
            }
            if (brokers.size() == 2) {
                row.add(show(RATIO, ratios(result.counted(), figure)));
            }
            rows.add(row);
        }
    }

    static List<Double> values(List<Pair> pairs, int broker, Figure figure) {
        return pairs.stream().map(pair -> pair.runs().get(broker).value(figure)).toList();
    }

    static List<Double> ratios(List<Pair> pairs, Figure figure) {
        return pairs.stream()
                .map(pair -> pair.runs())
                .map(runs -> runs.get(1).value(figure) / runs.get(0).value(figure))
                .toList();
    }

    private static String show(Figure figure, List<Double> values) {
        Spread spread = Spread.of(values);
        String median = figure.show(spread.median());
        return values.size() == 1
                ? median
                : "%s [%s-%s]"
                        .formatted(
                                median,
                                figure.show(spread.lowest()),
                                figure.show(spread.highest()));
    }

    /// Rows of one cell are headings and do not widen the first column.
    private String text() {
        int[] widths = new int[brokers.size() + 2];
        for (List<String> row : rows) {
            for (int i = 0; i < row.size() && row.size() > 1; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                line.append(row.get(i));
                line.repeat(' ', Math.max(0, widths[i] - row.get(i).length())).append(GAP);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
