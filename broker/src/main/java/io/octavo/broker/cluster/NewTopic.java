package io.octavo.broker.cluster;

import java.util.List;
import java.util.Map;

/// A topic that is to be, already checked: every broker in `assignments` exists, every setting is
/// valid.
///
/// @param name a legal name
/// @param internal whether it belongs to the brokers
/// @param assignments for each partition the brokers that shall hold it, in order of preference
/// @param configs its own settings, in canonical spelling
public record NewTopic(
        String name,
        boolean internal,
        List<List<Integer>> assignments,
        Map<String, String> configs) {
    public NewTopic {
        assignments = assignments.stream().map(List::copyOf).toList();
        configs = Map.copyOf(configs);
    }
}
