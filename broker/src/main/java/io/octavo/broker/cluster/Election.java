package io.octavo.broker.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Who may lead a partition, as a function of its state and of who is there. Pure.
///
/// ```
/// leader registered now, as it was when it was elected? ── yes ─> nothing to do
///   no: the first in-sync replica, in the order of the assignment, that is there on the same directory
///   none of them there: the first eligible one that left the in-sync set when it had become too small
///   none: no leader
/// ```
///
/// Each broker asks for itself alone and proposes itself by compare-and-set; of two that do, one
/// finds another version.
final class Election {
    private Election() {}

    /// Whether the recorded leader is there under the incarnation it was elected in (F-5).
    static boolean leaderAlive(PartitionState state, Map<Integer, Broker> brokers) {
        Member leader = state.lastLeader();
        if (state.leader() == PartitionState.NO_LEADER || leader == null) {
            return false;
        }
        Broker broker = brokers.get(state.leader());
        return broker != null && broker.incarnation() == leader.incarnation();
    }

    /// The state that broker `me` is to propose; null when it has nothing to propose.
    ///
    /// @param insyncReplicasMin the topic's `min.insync.replicas`
    static @Nullable PartitionState propose(
            PartitionState state, Map<Integer, Broker> brokers, int me, int insyncReplicasMin) {
        if (leaderAlive(state, brokers)) {
            return null;
        }
        List<Member> insync = present(state.isr(), brokers);
        List<Member> candidates = insync.isEmpty() ? present(state.elr(), brokers) : insync;
        Member mine = firstAssigned(state.replicas(), candidates);
        Broker self = brokers.get(me);
        if (mine == null || mine.brokerId() != me || self == null) {
            return null;
        }
        Member leader = new Member(me, mine.directoryId(), self.incarnation());
        List<Member> isr = new ArrayList<>();
        isr.add(leader);
        for (Member member : insync) {
            if (member.brokerId() != me) {
                isr.add(member);
            }
        }
        return new PartitionState(
                state.index(),
                me,
                state.leaderEpoch() + 1,
                leader,
                state.replicas(),
                isr,
                eligible(state, isr, insyncReplicasMin),
                state.uncleanElections(),
                state.version());
    }

    /// The proposal, with a leader epoch above `epochTaken`.
    static PartitionState above(PartitionState proposal, int epochTaken) {
        return proposal.leaderEpoch() > epochTaken
                ? proposal
                : new PartitionState(
                        proposal.index(),
                        proposal.leader(),
                        epochTaken + 1,
                        proposal.lastLeader(),
                        proposal.replicas(),
                        proposal.isr(),
                        proposal.elr(),
                        proposal.uncleanElections(),
                        proposal.version());
    }

    /// Those that left the in-sync set while it was too small stay eligible; once it is large
    /// enough, nobody else is (F-7).
    private static List<Member> eligible(
            PartitionState state, List<Member> isr, int insyncReplicasMin) {
        List<Member> eligible = new ArrayList<>();
        if (isr.size() < Math.min(insyncReplicasMin, state.replicas().size())) {
            List<Member> before = new ArrayList<>(state.isr());
            before.addAll(state.elr());
            for (Member member : before) {
                if (isr.stream().noneMatch(in -> in.brokerId() == member.brokerId())) {
                    eligible.add(member);
                }
            }
        }
        return eligible;
    }

    private static List<Member> present(List<Member> members, Map<Integer, Broker> brokers) {
        List<Member> present = new ArrayList<>();
        for (Member member : members) {
            Broker broker = brokers.get(member.brokerId());
            if (broker != null && broker.directoryIds().contains(member.directoryId())) {
                present.add(member);
            }
        }
        return present;
    }

    private static @Nullable Member firstAssigned(List<Integer> order, List<Member> members) {
        for (int brokerId : order) {
            for (Member member : members) {
                if (member.brokerId() == brokerId) {
                    return member;
                }
            }
        }
        return null;
    }
}
