package io.octavo.bench.paper;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.octavo.bench.Machine;
import io.octavo.bench.measure.Spread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/// Every run of the experiment, as it stands in the JSON results.
///
/// @param machine on which all of them were made
/// @param missing who could not take part, and why
/// @param rounds in the order in which they were run
record Rounds(Machine machine, List<String> missing, List<Round> rounds) {
    static final Rounds NONE =
            new Rounds(new Machine("unknown", 0, 0, "", ""), List.of(), List.of());

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    Rounds {
        missing = List.copyOf(missing);
        rounds = List.copyOf(rounds);
    }

    /// What [#write] wrote.
    static Rounds read(Path file) throws IOException {
        return JSON.readValue(file.toFile(), Rounds.class);
    }

    void write(Path file) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Files.writeString(file, JSON.writeValueAsString(this) + "\n");
    }

    Rounds plus(Round round) {
        List<Round> more = new ArrayList<>(rounds);
        more.add(round);
        return new Rounds(machine, missing, more);
    }

    /// All ways that were tried, in the order of the table, whichever was run first.
    List<Way> ways() {
        Map<String, Way> ways = new LinkedHashMap<>();
        rounds.forEach(round -> ways.put(round.way().name(), round.way()));
        return ways.values().stream()
                .sorted(
                        Comparator.comparing(Way::group)
                                .thenComparingInt(way -> Contenders.NAMES.indexOf(way.name())))
                .toList();
    }

    /// The runs of one way that count: the undisturbed ones (or all when there is none), and of
    /// them those with the most messages. Empty when it was not tried.
    List<Round> of(String way) {
        List<Round> all = rounds.stream().filter(r -> r.way().name().equals(way)).toList();
        List<Round> quiet = all.stream().filter(r -> !r.disturbed()).toList();
        List<Round> fit = quiet.isEmpty() ? all : quiet;
        long most = fit.stream().mapToLong(Round::messages).max().orElse(0);
        return fit.stream().filter(r -> r.messages() == most).toList();
    }

    /// A figure of one way over its runs; empty when it was not tried.
    Optional<Spread> spread(String way, ToDoubleFunction<Round> figure) {
        List<Double> values = of(way).stream().map(figure::applyAsDouble).toList();
        return values.isEmpty() ? Optional.empty() : Optional.of(Spread.of(values));
    }

    /// The middle of a figure over a way's runs; empty when it was not tried.
    Optional<Double> median(String way, ToDoubleFunction<Round> figure) {
        return spread(way, figure).map(Spread::median);
    }
}
