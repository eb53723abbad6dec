package io.octavo.client.group;

import io.octavo.protocol.message.JoinGroupResponse;
import io.octavo.protocol.message.SyncGroupRequest.SyncGroupRequestAssignment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// What the leader of a classic group has to do in one generation: to assign by what all members
/// read, and to see when that is out of date.
final class Leadership {
    /// What each member reads, by the members' ids.
    private final Map<String, List<String>> members = new HashMap<>();

    /// How many partitions each topic had that was assigned.
    private Map<String, Integer> assignedBy = Map.of();

    private List<SyncGroupRequestAssignment> assignments = List.of();

    /// @param said what a coordinator says to the leader
    /// @throws io.octavo.protocol.wire.MalformedFrame when what a member reads is not understood
    Leadership(JoinGroupResponse said) {
        said.members()
                .forEach(its ->
                        members.put(its.memberId(), ConsumerProtocol.topics(its.metadata())));
    }

    /// What all members read together.
    Set<String> topics() {
        Set<String> topics = new TreeSet<>();
        members.values().forEach(topics::addAll);
        return topics;
    }

    /// @param partitions how many each topic has
    void assign(Assignor assignor, Map<String, Integer> partitions) {
        assignedBefore(partitions);
        List<SyncGroupRequestAssignment> all = new ArrayList<>();
        assignor.assign(members, partitions)
                .forEach((member, its) ->
                        all.add(
                                new SyncGroupRequestAssignment(
                                        member, ConsumerProtocol.assignment(its))));
        assignments = all;
    }

    /// The group has an assignment already, by what the topics were.
    ///
    /// @param partitions how many each topic has
    void assignedBefore(Map<String, Integer> partitions) {
        assignedBy = read(partitions);
    }

    /// Whether topics that are read have come, gone or grown since they were assigned.
    ///
    /// @param partitions how many each topic has
    boolean isOutOfDate(Map<String, Integer> partitions) {
        return !read(partitions).equals(assignedBy);
    }

    /// For each member, what it is to have.
    List<SyncGroupRequestAssignment> assignments() {
        return assignments;
    }

    private Map<String, Integer> read(Map<String, Integer> partitions) {
        Map<String, Integer> read = new HashMap<>(partitions);
        read.keySet().retainAll(topics());
        return read;
    }
}
