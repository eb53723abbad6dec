package io.octavo.broker.group;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/// Members of consumer groups that were given up, until they join again or leave.
///
/// Whoever commits without an epoch is taken for somebody who needs no membership, and may do so
/// while the group is empty. A stock consumer (4.3.1, CommitRequestManager) also commits without an
/// epoch between hearing that it is no member and joining again: that is what it had processed
/// before, and the group may have gone on from there.
///
/// It is not written down: after a restart such a commit is let in, as by Apache Kafka.
final class Fenced {
    /// Of all groups; of more the oldest are forgotten.
    static final int MAX = 10_000;

    private final Set<Who> members = new LinkedHashSet<>();

    void add(String groupId, String memberId) {
        if (members.size() >= MAX) {
            Iterator<Who> oldest = members.iterator();
            oldest.next();
            oldest.remove();
        }
        members.add(new Who(groupId, memberId));
    }

    /// It joins, or leaves.
    void forget(String groupId, String memberId) {
        members.remove(new Who(groupId, memberId));
    }

    boolean has(String groupId, String memberId) {
        return members.contains(new Who(groupId, memberId));
    }

    private record Who(String groupId, String memberId) {}
}
