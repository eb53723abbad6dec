package io.octavo.bench;

import io.octavo.bench.Result.Against;
import io.octavo.bench.measure.Figure;
import io.octavo.bench.measure.Spread;
import java.util.ArrayList;
import java.util.List;

/// The results for people: a line per figure, `median [lowest-highest]` for each broker, and the
/// ratio of each broker to each that stands before it, taken pair by pair.
///
/// ```
///                                      Apache Kafka 4.3.1   Octavo 0.1.0        ratio, pair by pair
/// start: start on an empty, ... (pairs: 5)
///   start to first acknowledged, s     2.10 [2.05-2.21]     0.31 [0.30-0.33]    0.15 [0.14-0.16]
/// ```
final class Table {
    private static final Figure RATIO = new Figure("ratio", "ratio", 2);
    private static final String GAP = "   ";

    private final List<List<String>> rows = new ArrayList<>();

    private Table() {}

    /// @param results of the same brokers, in the order to show; at least one
    static String of(List<Result> results) {
        Table table = new Table();
        table.rows.add(head("", results.getFirst().brokers()));
        for (Result result : results) {
            table.experiment(result);
        }
        return table.text();
    }

    /// The same figures as a table in Markdown, for one experiment.
    static String markdown(Result result) {
        List<String> head = head("", result.brokers());
        StringBuilder text = new StringBuilder();
        text.append("| ").append(String.join(" | ", head)).append(" |\n|---|");
        text.repeat("---:|", head.size() - 1).append('\n');
        for (Figure figure : result.figures()) {
            text.append("| ").append(String.join(" | ", row(figure, result))).append(" |\n");
        }
        return text.toString();
    }

    private void experiment(Result result) {
        rows.add(List.of());
        rows.add(
                List.of(
                        "%s: %s (pairs: %s)"
                                .formatted(result.name(), result.title(), result.note())));
        for (Figure figure : result.figures()) {
            List<String> row = new ArrayList<>(row(figure, result));
            row.set(0, "  " + row.getFirst());
            rows.add(row);
        }
    }

    private static List<String> head(String first, List<String> brokers) {
        List<String> head = new ArrayList<>(List.of(first));
        head.addAll(brokers);
        for (Against against : Against.all(brokers.size())) {
            head.add(against.label(brokers));
        }
        return head;
    }

    private static List<String> row(Figure figure, Result result) {
        List<String> row = new ArrayList<>(List.of(figure.label()));
        for (int broker = 0; broker < result.brokers().size(); broker++) {
            row.add(show(figure, result.spread(broker, figure), result));
        }
        for (Against against : Against.all(result.brokers().size())) {
            row.add(show(RATIO, result.ratio(against, figure), result));
        }
        return row;
    }

    private static String show(Figure figure, Spread spread, Result result) {
        String median = figure.show(spread.median());
        return result.counted().size() == 1
                ? median
                : "%s [%s-%s]"
                        .formatted(
                                median,
                                figure.show(spread.lowest()),
                                figure.show(spread.highest()));
    }

    /// Rows of one cell are headings and do not widen the first column.
    private String text() {
        int[] widths = new int[rows.getFirst().size()];
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
