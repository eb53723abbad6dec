package io.octavo.client.group;

import io.octavo.client.TopicPartition;
import java.util.Set;

/// What a member may read now. Immutable; another one after every change.
///
/// @param partitions what it may read; everything else has to be given up
/// @param givingUp whether the group waits for that: what was processed of the rest is to be
///   committed, and then it is to be said
/// @param losses how often the member has lost all it had, without a chance to commit: after one
///   more, even a partition that is here again is not to be read on
/// @param memberId who it is for the coordinator
/// @param epoch of the member, or the group's generation
/// @param byEpoch which of the two; only members with an epoch show it when they read offsets
record Assignment(
        Set<TopicPartition> partitions,
        boolean givingUp,
        int losses,
        String memberId,
        int epoch,
        boolean byEpoch) {
    Assignment {
        partitions = Set.copyOf(partitions);
    }
}
