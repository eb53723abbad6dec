package io.octavo.broker.group;

import io.octavo.broker.cluster.ClusterView;
import io.octavo.ports.Clock;
import io.octavo.ports.Randomness;
import java.util.function.Supplier;

/// What all groups of a node share.
///
/// @param config the settings as they are now
/// @param view the cluster as it is known now
/// @param clock its wall time does not jump
/// @param stable those that are
record GroupContext(
        Supplier<GroupConfig> config,
        Supplier<ClusterView> view,
        Clock clock,
        Randomness randomness,
        StableGroups stable) {
    GroupContext {
        clock = new SteadyClock(clock);
    }

    GroupContext(
            Supplier<GroupConfig> config,
            Supplier<ClusterView> view,
            Clock clock,
            Randomness randomness) {
        this(config, view, clock, randomness, new StableGroups());
    }
}
