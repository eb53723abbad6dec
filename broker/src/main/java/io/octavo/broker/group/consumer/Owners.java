package io.octavo.broker.group.consumer;

import io.octavo.protocol.wire.Uuid;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// Who has each partition, or has not given it up yet. A partition has one owner at most (G-2).
final class Owners {
    /// By partition; arrays are not changed once they are in here, so that a copy can share them.
    private final Map<Uuid, @Nullable String[]> topics;

    Owners() {
        topics = new HashMap<>();
    }

    private Owners(Map<Uuid, @Nullable String[]> topics) {
        this.topics = new HashMap<>(topics);
    }

    Owners copy() {
        return new Owners(topics);
    }

    @Nullable String of(Uuid topic, int partition) {
        @Nullable String[] its = topics.get(topic);
        return its == null || partition >= its.length ? null : its[partition];
    }

    /// A member has something else than before.
    ///
    /// @param before null when it had nothing
    /// @param after null when it has nothing
    void change(String member, @Nullable Current before, @Nullable Current after) {
        Map<Uuid, @Nullable String[]> changed = new HashMap<>();
        if (before != null) {
            leave(changed, member, before.assigned());
            leave(changed, member, before.revoking());
        }
        if (after != null) {
            take(changed, member, after.assigned());
            take(changed, member, after.revoking());
        }
        changed.forEach((topic, its) -> {
            if (Arrays.stream(its).allMatch(owner -> owner == null)) {
                topics.remove(topic);
            } else {
                topics.put(topic, its);
            }
        });
    }

    private void leave(
            Map<Uuid, @Nullable String[]> changed,
            String member,
            Map<Uuid, SortedMap<Integer, Integer>> partitions) {
        partitions.forEach((topic, epochs) -> {
            @Nullable String[] its = changeable(changed, topic, epochs.lastKey());
            for (int partition : epochs.keySet()) {
                if (member.equals(its[partition])) {
                    its[partition] = null;
                }
            }
        });
    }

    private void take(
            Map<Uuid, @Nullable String[]> changed,
            String member,
            Map<Uuid, SortedMap<Integer, Integer>> partitions) {
        partitions.forEach((topic, epochs) -> {
            @Nullable String[] its = changeable(changed, topic, epochs.lastKey());
            for (int partition : epochs.keySet()) {
                its[partition] = member;
            }
        });
    }

    private @Nullable String[] changeable(
            Map<Uuid, @Nullable String[]> changed, Uuid topic, int last) {
        @Nullable String[] its = changed.get(topic);
        if (its == null) {
            its = topics.getOrDefault(topic, new @Nullable String[0]).clone();
        }
        if (its.length <= last) {
            its = Arrays.copyOf(its, last + 1);
        }
        changed.put(topic, its);
        return its;
    }
}
