package io.octavo.broker.group.assignor;

import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;

/// Gives each member a range of each topic, the members always in the same order: whoever has a
/// partition of one topic has those of the same number in the other topics of that size, if all
/// subscribe to the same. Static members keep their place in the order when they come back.
final class RangeAssignor implements Assignor {
    @Override
    public String name() {
        return "range";
    }

    @Override
    public Map<String, Map<Uuid, SortedSet<Integer>>> assign(
            Map<String, Subscriber> members, Map<Uuid, Shape> topics) {
        List<Map.Entry<String, Subscriber>> order = new ArrayList<>(members.entrySet());
        order.sort(
                Comparator.comparing((Map.Entry<String, Subscriber> member) ->
                                Objects.requireNonNullElse(member.getValue().instanceId(), ""))
                        .thenComparing(Map.Entry.comparingByKey()));
        // Members without an instance id come last.
        order.sort(Comparator.comparing(member -> member.getValue().instanceId() == null));
        Map<Uuid, Division> divisions = new HashMap<>();
        topics.forEach((topic, shape) -> divisions.put(topic, new Division(shape.partitions())));
        for (Subscriber member : members.values()) {
            for (Uuid topic : member.topics()) {
                Division division = divisions.get(topic);
                if (division != null) {
                    division.members++;
                }
            }
        }
        Map<String, Map<Uuid, SortedSet<Integer>>> all = new LinkedHashMap<>();
        order.forEach(member -> all.put(member.getKey(), ranges(member.getValue(), divisions)));
        return all;
    }

    private static Map<Uuid, SortedSet<Integer>> ranges(
            Subscriber member, Map<Uuid, Division> divisions) {
        Map<Uuid, SortedSet<Integer>> ranges = new LinkedHashMap<>();
        for (Uuid topic : member.topics()) {
            Division division = divisions.get(topic);
            SortedSet<Integer> range = division == null ? new TreeSet<>() : division.next();
            if (!range.isEmpty()) {
                ranges.put(topic, range);
            }
        }
        return ranges;
    }

    /// A topic that is divided among its subscribers, in their order.
    private static final class Division {
        private final int partitions;
        int members;
        private int turn;

        Division(int partitions) {
            this.partitions = partitions;
        }

        /// As many as everybody gets, and one more for the first where the division leaves a rest.
        SortedSet<Integer> next() {
            int each = partitions / members;
            int rest = partitions % members;
            int start = turn * each + Math.min(turn, rest);
            int end = start + each + (turn < rest ? 1 : 0);
            turn++;
            SortedSet<Integer> range = new TreeSet<>();
            for (int partition = start; partition < end; partition++) {
                range.add(partition);
            }
            return range;
        }
    }
}
