package io.octavo.broker.group;

import io.octavo.broker.shard.Turns;
import io.octavo.protocol.message.HeartbeatRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The classic groups that are stable. A heartbeat of one of their members changes nothing but when
/// it was last heard: it is answered where it arrives, and the groups' thread, which would be woken
/// for it alone, sleeps on.
///
/// A group that is anything but stable is not here, and a member that is none any more is not
/// heard; who beats at the very moment when that changes has beaten before. Any thread may ask;
/// what is here belongs to the groups' loop.
final class StableGroups {
    private final Map<String, Stable> groups = new ConcurrentHashMap<>();

    /// Its state, or its generation, may have changed.
    void follow(ClassicGroup group) {
        if (group.is(ClassicState.STABLE)) {
            groups.put(group.id(), new Stable(group));
        } else {
            remove(group);
        }
    }

    /// It ends. Another one may be there by its name already.
    void remove(ClassicGroup group) {
        groups.computeIfPresent(group.id(), (_, its) -> its.group == group ? null : its);
    }

    /// @return whether the heartbeat is in order and has been noted; if not, its group must look
    boolean hear(HeartbeatRequest request) {
        Stable group = groups.get(request.groupId());
        return group != null && group.hear(request);
    }

    /// A group in one of its generations.
    private static final class Stable {
        private final ClassicGroup group;
        private final Turns turns;
        private final int generation;
        private final Map<String, ClassicMember> members = new HashMap<>();

        Stable(ClassicGroup group) {
            this.group = group;
            turns = group.shard().turns();
            generation = group.generation();
            group.members().all().forEach(member -> members.put(member.id(), member));
        }

        /// Static members may be fenced: the group knows.
        boolean hear(HeartbeatRequest request) {
            if (request.generationId() != generation
                    || request.groupInstanceId() != null
                    || !turns.serves()) {
                return false;
            }
            ClassicMember member = members.get(request.memberId());
            return member != null && member.session().hear(member.terms().sessionTimeoutMs());
        }
    }
}
