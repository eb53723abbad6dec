package io.octavo.broker.replica;

import io.octavo.broker.cluster.PartitionState;
import io.octavo.protocol.api.ErrorCode;

/// What this broker is for a partition, as the cluster last said. Immutable.
///
/// @param leads whether this broker leads
/// @param leaderEpoch the epoch of whoever leads
/// @param inSync how many replicas are in sync
/// @param inSyncMin with fewer, `acks=all` is refused; never more than there are replicas
record Role(boolean leads, int leaderEpoch, int inSync, int inSyncMin) {
    /// An epoch that a request does not know.
    static final int NO_EPOCH = -1;

    static Role of(PartitionState state, int brokerId, int insyncReplicasMin) {
        return new Role(
                state.leader() == brokerId,
                state.leaderEpoch(),
                state.isr().size(),
                Math.min(insyncReplicasMin, state.replicas().size()));
    }

    /// Whether a request that believes in an epoch may be served by this replica (KIP-320).
    ///
    /// @param currentLeaderEpoch the epoch of the requester's metadata, or [#NO_EPOCH]
    ErrorCode admits(int currentLeaderEpoch) {
        if (currentLeaderEpoch != NO_EPOCH && currentLeaderEpoch != leaderEpoch) {
            return currentLeaderEpoch < leaderEpoch
                    ? ErrorCode.FENCED_LEADER_EPOCH
                    : ErrorCode.UNKNOWN_LEADER_EPOCH;
        }
        return leads ? ErrorCode.NONE : ErrorCode.NOT_LEADER_OR_FOLLOWER;
    }
}
