package io.octavo.system.churn;

import io.octavo.system.churn.Event.Assigned;
import io.octavo.system.churn.Event.Committed;
import io.octavo.system.churn.Event.Consumed;
import io.octavo.system.churn.Event.GivenUp;
import io.octavo.system.churn.Event.Who;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Committed offsets never go back, are never forgotten, and are never ahead of what was processed;
/// whoever is given a partition starts where it was committed, or later.
final class Offsets {
    private final Consumer<String> violated;
    private final Map<Place, BitSet> processed = new HashMap<>();
    private final Map<Place, Long> committed = new HashMap<>();
    private final Map<Who, Map<Integer, Long>> startsFrom = new HashMap<>();
    private final Map<Who, Set<Integer>> held = new HashMap<>();
    private final Map<String, Long> consumed = new TreeMap<>();
    private long observations;

    Offsets(Consumer<String> violated) {
        this.violated = violated;
    }

    /// How many records each group has processed, those it did again counted again.
    Map<String, Long> consumed() {
        return consumed;
    }

    /// How often committed offsets were looked at.
    long observations() {
        return observations;
    }

    /// What a group has processed of a partition.
    BitSet processed(String group, int partition) {
        return processed.computeIfAbsent(new Place(group, partition), _ -> new BitSet());
    }

    void see(Event event) {
        switch (event) {
            case Assigned assigned -> assigned(assigned);
            case GivenUp givenUp -> held(givenUp.who()).removeAll(givenUp.partitions());
            case Consumed some -> consumed(some);
            case Committed offsets -> committed(offsets);
            case Event.Lives _, Event.Disturbed _, Event.Flow _, Event.Described _ -> {}
        }
    }

    private void assigned(Assigned assigned) {
        Who who = assigned.who();
        for (int partition : assigned.partitions()) {
            Long known = committed.get(new Place(who.group(), partition));
            if (held(who).add(partition) && known != null) {
                startsFrom.computeIfAbsent(who, _ -> new HashMap<>()).put(partition, known);
            }
        }
        held(who).retainAll(assigned.partitions());
    }

    private Set<Integer> held(Who who) {
        return held.computeIfAbsent(who, _ -> new HashSet<>());
    }

    private void consumed(Consumed some) {
        String group = some.who().group();
        Long from = startsFrom.getOrDefault(some.who(), Map.of()).get(some.partition());
        if (from != null) {
            startsFrom.getOrDefault(some.who(), Map.of()).remove(some.partition());
            if (some.from() < from) {
                violated.accept(
                        "%s began with offset %d of %d in %s, where %d was committed before"
                                .formatted(
                                        some.who().name(),
                                        some.from(),
                                        some.partition(),
                                        group,
                                        from));
            }
        }
        processed(group, some.partition())
                .set(Math.toIntExact(some.from()), Math.toIntExact(some.end()));
        consumed.merge(group, some.end() - some.from(), Long::sum);
    }

    private void committed(Committed offsets) {
        observations++;
        String group = offsets.group();
        offsets.offsets()
                .forEach((partition, offset) -> {
                    Long before = committed.put(new Place(group, partition), offset);
                    if (before != null && offset < before) {
                        violated.accept(
                                "the offset of %d in %s went back from %d to %d"
                                        .formatted(partition, group, before, offset));
                    }
                    int end = processed(group, partition).nextClearBit(0);
                    if (offset > end) {
                        violated.accept(
                                "the offset of %d in %s is %d, and only %d records were processed"
                                        .formatted(partition, group, offset, end));
                    }
                });
        committed.keySet().stream()
                .filter(place -> place.group.equals(group))
                .filter(place -> !offsets.offsets().containsKey(place.partition))
                .forEach(place -> violated.accept("the offset of " + place + " is forgotten"));
    }

    private record Place(String group, int partition) {}
}
