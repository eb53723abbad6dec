package io.octavo.broker.group.assignor;

import io.octavo.protocol.wire.Uuid;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/// Divides the partitions of topics among the members that subscribe to them. Every partition of a
/// topic that somebody subscribes to goes to exactly one member that does.
public sealed interface Assignor permits UniformAssignor, RangeAssignor {
    /// All there are; the first is taken where nobody asks for one.
    List<Assignor> ALL = List.of(new UniformAssignor(), new RangeAssignor());

    /// What members call it.
    String name();

    /// @param members by id
    /// @param topics every topic that a member subscribes to
    /// @return what each member should have: all of them are in it, without empty sets
    Map<String, Map<Uuid, SortedSet<Integer>>> assign(
            Map<String, Subscriber> members, Map<Uuid, Shape> topics);

    /// The assignor of this name.
    static @Nullable Assignor named(String name) {
        for (Assignor assignor : ALL) {
            if (assignor.name().equals(name)) {
                return assignor;
            }
        }
        return null;
    }
}
