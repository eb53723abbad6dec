package io.octavo.broker.group.assignor;

import io.octavo.protocol.wire.Uuid;
import java.util.Map;
import java.util.SortedSet;

/// Gives every member as many partitions as its subscriptions allow, and moves no partition that
/// need not move. In three steps: everybody keeps what it had and may have; what nobody has goes to
/// whoever has the least, where there is a choice to a member in a rack of one of the partition's
/// replicas; then partitions move from the loaded to the idle until no move makes the loads more
/// equal.
final class UniformAssignor implements Assignor {
    @Override
    public String name() {
        return "uniform";
    }

    @Override
    public Map<String, Map<Uuid, SortedSet<Integer>>> assign(
            Map<String, Subscriber> members, Map<Uuid, Shape> topics) {
        Loads loads = new Loads(members, topics);
        loads.keep();
        loads.dealOut();
        loads.balance();
        return loads.result();
    }
}
