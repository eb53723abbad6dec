package io.octavo.house;

import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/// One rule about how a source is written, together with a source that breaks it.
///
/// @param about which sources it is for
/// @param breaches a line for each breach: where, and what was found
record SourceRule(
        String says,
        Predicate<Source> about,
        Function<Parsed, List<String>> breaches,
        Source sample) {}
