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
record GroupContext(
        Supplier<GroupConfig> config,
        Supplier<ClusterView> view,
        Clock clock,
        Randomness randomness) {
    GroupContext {
        clock = new SteadyClock(clock);
    }
}
