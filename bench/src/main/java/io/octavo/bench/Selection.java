package io.octavo.bench;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Which experiments are run.
///
/// @param patterns names, where `*` stands for any letters; none: what is run unasked
record Selection(List<String> patterns) {
    /// What is wanted of `all`, in its order.
    ///
    /// @throws IllegalArgumentException for a pattern that no name matches
    List<Experiment> of(List<Experiment> all) {
        if (patterns.isEmpty()) {
            return all.stream().filter(experiment -> !experiment.onlyByName()).toList();
        }
        for (String pattern : patterns) {
            if (all.stream().noneMatch(experiment -> matches(pattern, experiment.name()))) {
                throw new IllegalArgumentException(
                        "There is no experiment '%s'; bench/compare --list names them all."
                                .formatted(pattern));
            }
        }
        return all.stream()
                .filter(experiment ->
                        patterns.stream().anyMatch(one -> matches(one, experiment.name())))
                .toList();
    }

    /// Whether a pattern names an experiment.
    static boolean matches(String pattern, String name) {
        String[] literals = pattern.split("\\*", -1);
        String regex = Stream.of(literals).map(Pattern::quote).collect(Collectors.joining(".*"));
        return name.matches(regex);
    }
}
