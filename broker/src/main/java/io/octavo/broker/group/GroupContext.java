package io.octavo.broker.group;

import io.octavo.broker.cluster.ClusterView;
import io.octavo.ports.Clock;
import io.octavo.ports.Randomness;
import java.util.function.Supplier;

/// What all groups of a node share.
///
/// @param config the settings as they are now
/// @param view the cluster as it is known now
/// @param clock what it stamps does not get old by a correction of the wall clock
/// @param stable those that are
/// @param fenced members of theirs that were given up
/// @param memory what their members take
record GroupContext(
        Supplier<GroupConfig> config,
        Supplier<ClusterView> view,
        SteadyClock clock,
        Randomness randomness,
        StableGroups stable,
        Fenced fenced,
        GroupMemory memory) {

    /// @param memberBytesMax what members may take of the heap
    GroupContext(
            Supplier<GroupConfig> config,
            Supplier<ClusterView> view,
            Clock clock,
            Randomness randomness,
            long memberBytesMax) {
        this(
                config,
                view,
                new SteadyClock(clock),
                randomness,
                new StableGroups(),
                new Fenced(),
                new GroupMemory(memberBytesMax, clock));
    }
}
