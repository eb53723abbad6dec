package io.octavo.system.churn;

import io.octavo.system.churn.Event.Assigned;
import io.octavo.system.churn.Event.Described;
import io.octavo.system.churn.Event.GivenUp;
import io.octavo.system.churn.Event.Lives;
import io.octavo.system.churn.Event.Who;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// A partition has one owner: in each generation or epoch, in each description, and at each moment,
/// but for members who were paused so long that they do not know yet what they have lost, be it
/// what they had or what an answer gives them that has waited for them.
final class Owners {
    /// Less than a session and its heartbeat: whoever was paused for so long may have been given
    /// up.
    private static final long PAUSED_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(4_500);

    /// When a member must have noticed.
    private static final long NOTICED_NANOS_MAX = TimeUnit.SECONDS.toNanos(11);

    private final Consumer<String> violated;
    private final Map<Claim, Who> claims = new HashMap<>();
    private final Map<Who, Holding> held = new HashMap<>();
    private final Map<Who, Pause> pauses = new HashMap<>();
    private final Map<String, Set<Integer>> epochs = new TreeMap<>();
    private final Map<String, String> types = new HashMap<>();
    private int typeChanges;
    private long descriptions;

    Owners(Consumer<String> violated) {
        this.violated = violated;
    }

    /// How many generations or epochs each group was seen in.
    Map<String, Integer> rebalances() {
        Map<String, Integer> counts = new TreeMap<>();
        epochs.forEach((group, its) -> counts.put(group, its.size()));
        return counts;
    }

    /// How often a group was seen to have gone from one protocol to the other.
    int typeChanges() {
        return typeChanges;
    }

    long descriptions() {
        return descriptions;
    }

    void see(Event event) {
        switch (event) {
            case Assigned assigned -> assigned(assigned);
            case GivenUp givenUp -> giveUp(givenUp.who(), givenUp.partitions());
            case Lives lives -> lives(lives);
            case Described described -> described(described);
            case Event.Consumed _, Event.Disturbed _, Event.Flow _, Event.Committed _ -> {}
        }
    }

    private void assigned(Assigned assigned) {
        Who who = assigned.who();
        epochs.computeIfAbsent(who.group(), _ -> new HashSet<>()).add(assigned.epoch());
        for (int partition : assigned.partitions()) {
            Who other =
                    claims.putIfAbsent(new Claim(who.group(), assigned.epoch(), partition), who);
            if (other != null && !other.equals(who)) {
                violated.accept(
                        "in epoch %d of %s partition %d was given to %s and to %s"
                                .formatted(
                                        assigned.epoch(),
                                        who.group(),
                                        partition,
                                        other.name(),
                                        who.name()));
            }
        }
        held.forEach((other, its) -> {
            if (!other.equals(who)
                    && other.group().equals(who.group())
                    && !mayHaveLost(other, assigned.atNanos())
                    && !(assigned.epoch() < its.epoch && mayHaveLost(who, assigned.atNanos()))) {
                Set<Integer> both = new HashSet<>(its.partitions);
                both.retainAll(assigned.partitions());
                if (!both.isEmpty()) {
                    violated.accept(
                            "%s was given %s of %s in epoch %d while %s had them"
                                    .formatted(
                                            who.name(),
                                            both,
                                            who.group(),
                                            assigned.epoch(),
                                            other.name()));
                }
            }
        });
        held.put(who, new Holding(assigned.epoch(), new HashSet<>(assigned.partitions())));
    }

    private boolean mayHaveLost(Who who, long nowNanos) {
        Pause pause = pauses.get(who);
        return pause != null && (pause.lasts() || pause.mayHide(nowNanos));
    }

    private void giveUp(Who who, Set<Integer> partitions) {
        Holding its = held.get(who);
        if (its != null) {
            its.partitions.removeAll(partitions);
        }
    }

    private void lives(Lives lives) {
        switch (lives.life()) {
            case PAUSED -> pauses.put(lives.who(), new Pause(lives.atNanos(), Long.MAX_VALUE));
            case RUNS ->
                    pauses.computeIfPresent(
                            lives.who(), (_, pause) -> new Pause(pause.fromNanos, lives.atNanos()));
            case LEAVES -> {}
            case ENDED -> held.remove(lives.who());
        }
    }

    private void described(Described described) {
        descriptions++;
        String before = types.put(described.group(), described.type());
        if (before != null && !before.equals(described.type())) {
            typeChanges++;
        }
        Set<Integer> all = new HashSet<>();
        for (Set<Integer> one : described.assigned()) {
            for (int partition : one) {
                if (!all.add(partition)) {
                    violated.accept(
                            "a description of %s has partition %d twice: %s"
                                    .formatted(described.group(), partition, described.assigned()));
                }
            }
        }
    }

    private record Holding(int epoch, Set<Integer> partitions) {}

    private record Claim(String group, int epoch, int partition) {}

    private record Pause(long fromNanos, long endNanos) {
        boolean lasts() {
            return endNanos == Long.MAX_VALUE;
        }

        boolean mayHide(long nowNanos) {
            return endNanos - fromNanos >= PAUSED_NANOS_MIN
                    && nowNanos - endNanos <= NOTICED_NANOS_MAX;
        }
    }
}
