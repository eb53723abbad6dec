package io.octavo.bench;

import io.octavo.bench.measure.Figure;
import io.octavo.bench.measure.Run;
import io.octavo.bench.measure.Spread;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All runs of one experiment.
///
/// @param name of the experiment
/// @param title of the experiment
/// @param build of which source Octavo was built, and when this was measured
/// @param machine on which it was measured
/// @param brokers their names, in the order of each pair's runs
/// @param pairs at least one
record Result(
        String name,
        String title,
        String build,
        Machine machine,
        List<String> brokers,
        List<Pair> pairs) {
    /// One run on each broker, next to each other in time; in the order of the brokers, whichever
    /// ran first.
    record Pair(List<Run> runs) {
        boolean disturbed() {
            return runs.stream().anyMatch(Run::disturbed);
        }
    }

    /// Broker `one` compared with broker `other`, by their places among the brokers.
    record Against(int one, int other) {
        /// Each of so many brokers with each before it.
        static List<Against> all(int brokers) {
            List<Against> all = new ArrayList<>();
            for (int one = 1; one < brokers; one++) {
                for (int other = 0; other < one; other++) {
                    all.add(new Against(one, other));
                }
            }
            return all;
        }

        /// For the head of a column.
        String label(List<String> brokers) {
            return brokers.size() == 2
                    ? "ratio, pair by pair"
                    : brokers.get(one) + " / " + brokers.get(other);
        }
    }

    /// The pairs that count: the undisturbed ones, or all when there is no such pair.
    List<Pair> counted() {
        List<Pair> quiet = pairs.stream().filter(pair -> !pair.disturbed()).toList();
        return quiet.isEmpty() ? pairs : quiet;
    }

    /// What is to be said about the pairs.
    String note() {
        long disturbed = pairs.stream().filter(Pair::disturbed).count();
        if (disturbed == pairs.size()) {
            return "%d, ALL DISTURBED: other processes used up to %.2f cores"
                    .formatted(disturbed, worstForeignCores());
        }
        String dropped = disturbed == 0 ? "" : ", " + disturbed + " disturbed dropped";
        return (pairs.size() - disturbed) + dropped;
    }

    /// In the order in which they were measured.
    List<Figure> figures() {
        return List.copyOf(counted().getFirst().runs().getFirst().figures().keySet());
    }

    /// The figure that the JSON results call `name`; null when it was not measured.
    @Nullable Figure figure(String name) {
        return figures().stream().filter(one -> one.name().equals(name)).findFirst().orElse(null);
    }

    /// What was measured on one broker.
    Spread spread(int broker, Figure figure) {
        return Spread.of(
                counted().stream().map(pair -> pair.runs().get(broker).value(figure)).toList());
    }

    /// What one broker's figure is of another's, pair by pair.
    Spread ratio(Against against, Figure figure) {
        return Spread.of(
                counted().stream()
                        .map(Pair::runs)
                        .map(runs ->
                                runs.get(against.one).value(figure)
                                        / runs.get(against.other).value(figure))
                        .toList());
    }

    private double worstForeignCores() {
        return pairs.stream()
                .flatMap(pair -> pair.runs().stream())
                .mapToDouble(Run::foreignCores)
                .max()
                .orElse(0);
    }
}
