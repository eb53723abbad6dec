package io.octavo.broker.config;

import java.util.HashMap;
import java.util.Map;

/// The broker's settings as they are now. Safe for any thread; only the cluster changes them.
public final class LiveConfig {
    private volatile BrokerConfig current;
    private volatile Map<String, Map<String, String>> groups = Map.of();

    /// @param start what the broker started with
    public LiveConfig(BrokerConfig start) {
        current = start;
    }

    /// The settings now. Whoever needs more than one value takes this once.
    public BrokerConfig current() {
        return current;
    }

    /// Puts other settings altered at run time in place of those so far.
    public void alter(Map<String, String> dynamicDefaults, Map<String, String> dynamic) {
        current = current.withDynamic(dynamicDefaults, dynamic);
    }

    /// What groups have set for themselves, by their ids; those that have something. Another map
    /// after every change.
    public Map<String, Map<String, String>> groups() {
        return groups;
    }

    /// What a group has set for itself; empty when nothing.
    public Map<String, String> group(String id) {
        return groups.getOrDefault(id, Map.of());
    }

    /// Puts what all groups have in place of what they had.
    public void alterGroups(Map<String, Map<String, String>> all) {
        Map<String, Map<String, String>> next = new HashMap<>(all);
        next.values().removeIf(Map::isEmpty);
        groups = Map.copyOf(next);
    }

    /// Puts what some groups have in place of what they had; the others keep theirs.
    public void alterSomeGroups(Map<String, Map<String, String>> some) {
        Map<String, Map<String, String>> next = new HashMap<>(groups);
        some.forEach((id, configs) -> next.put(id, Map.copyOf(configs)));
        alterGroups(next);
    }
}
