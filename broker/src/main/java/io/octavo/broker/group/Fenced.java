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
/// It is not written down: after a restart such a commit is let in, as by Apache Kafka. One for all
/// groups of a broker, on their loop.
final class Fenced {
    /// Of all groups; of more the oldest are forgotten.
    static final int MAX = 10_000;

    /// Of the ids of groups and members together; most have some 40 each.
    static final int CHARS_MAX = 2_000_000;

    private final Set<Who> members = new LinkedHashSet<>();
    private int chars;

    void add(String groupId, String memberId) {
        Who who = new Who(groupId, memberId);
        if (members.add(who)) {
            chars += who.chars();
        }
        Iterator<Who> oldest = members.iterator();
        while (members.size() > MAX || chars > CHARS_MAX) {
            chars -= oldest.next().chars();
            oldest.remove();
        }
    }

    /// It joins, or leaves.
    void forget(String groupId, String memberId) {
        Who who = new Who(groupId, memberId);
        if (members.remove(who)) {
            chars -= who.chars();
        }
    }

    /// Another broker coordinates these groups from now on.
    void forget(Set<String> groupIds) {
        members.removeIf(who -> {
            boolean its = groupIds.contains(who.groupId);
            chars -= its ? who.chars() : 0;
            return its;
        });
    }

    boolean has(String groupId, String memberId) {
        return members.contains(new Who(groupId, memberId));
    }

    private record Who(String groupId, String memberId) {
        int chars() {
            return groupId.length() + memberId.length();
        }
    }
}
