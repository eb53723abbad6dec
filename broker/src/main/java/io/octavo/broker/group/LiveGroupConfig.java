package io.octavo.broker.group;

import io.octavo.broker.config.BrokerConfig;
import io.octavo.broker.config.LiveConfig;
import java.util.function.Supplier;

/// The settings for groups as they are now. For one thread.
final class LiveGroupConfig implements Supplier<GroupConfig> {
    private final LiveConfig config;
    private BrokerConfig seen;
    private GroupConfig groups;

    LiveGroupConfig(LiveConfig config) {
        this.config = config;
        seen = config.current();
        groups = GroupConfig.of(seen);
    }

    @Override
    public GroupConfig get() {
        BrokerConfig now = config.current();
        if (now != seen) {
            groups = GroupConfig.of(now);
            seen = now;
        }
        return groups;
    }
}
