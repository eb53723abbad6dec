package io.octavo.broker.group;

import io.octavo.broker.config.BrokerConfig;
import io.octavo.broker.config.LiveConfig;
import java.util.Map;
import java.util.function.Supplier;

/// The settings for groups as they are now. For one thread.
final class LiveGroupConfig implements Supplier<GroupConfig> {
    private final LiveConfig config;
    private BrokerConfig seen;
    private Map<String, Map<String, String>> seenGroups;
    private GroupConfig groups;

    LiveGroupConfig(LiveConfig config) {
        this.config = config;
        seen = config.current();
        seenGroups = config.groups();
        groups = GroupConfig.of(seen, seenGroups);
    }

    @Override
    public GroupConfig get() {
        BrokerConfig now = config.current();
        Map<String, Map<String, String>> nowGroups = config.groups();
        if (now != seen || nowGroups != seenGroups) {
            groups = GroupConfig.of(now, nowGroups);
            seen = now;
            seenGroups = nowGroups;
        }
        return groups;
    }
}
