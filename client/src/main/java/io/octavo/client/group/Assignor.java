package io.octavo.client.group;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// How the leader of a classic group assigns, by the names that Apache Kafka's clients know. The
/// same members and topics always make the same assignment.
enum Assignor {
    /// Of each topic a member has neighbouring partitions, the first members one more.
    RANGE("range") {
        @Override
        void assign(
                SortedMap<String, List<String>> members,
                Map<String, Integer> topics,
                Map<String, Map<String, List<Integer>>> given) {
            new TreeMap<>(topics)
                    .forEach((topic, partitions) -> {
                        List<String> its = subscribers(members, topic);
                        int from = 0;
                        for (int i = 0; i < its.size(); i++) {
                            int count =
                                    partitions / its.size() + (i < partitions % its.size() ? 1 : 0);
                            for (int index = from; index < from + count; index++) {
                                give(given, its.get(i), topic, index);
                            }
                            from += count;
                        }
                    });
        }
    },

    /// All partitions in turn, each to the next member that reads its topic.
    ROUND_ROBIN("roundrobin") {
        @Override
        void assign(
                SortedMap<String, List<String>> members,
                Map<String, Integer> topics,
                Map<String, Map<String, List<Integer>>> given) {
            List<String> ring = new ArrayList<>(members.keySet());
            int next = 0;
            for (Map.Entry<String, Integer> topic : new TreeMap<>(topics).entrySet()) {
                List<String> its = subscribers(members, topic.getKey());
                for (int index = 0; index < topic.getValue() && !its.isEmpty(); index++) {
                    while (!its.contains(ring.get(next))) {
                        next = (next + 1) % ring.size();
                    }
                    give(given, ring.get(next), topic.getKey(), index);
                    next = (next + 1) % ring.size();
                }
            }
        }
    };

    private final String protocol;

    Assignor(String protocol) {
        this.protocol = protocol;
    }

    /// The one of a name in the protocol; null if none has it.
    static @Nullable Assignor named(String protocol) {
        for (Assignor assignor : values()) {
            if (assignor.protocol.equals(protocol)) {
                return assignor;
            }
        }
        return null;
    }

    /// The name in the protocol.
    String protocol() {
        return protocol;
    }

    /// Who gets what.
    ///
    /// @param members what each member reads, by the members' ids
    /// @param partitions how many each topic has; one that is not there is given to nobody
    /// @return for each member the partitions of each topic
    Map<String, Map<String, List<Integer>>> assign(
            Map<String, List<String>> members, Map<String, Integer> partitions) {
        Map<String, Map<String, List<Integer>>> given = new HashMap<>();
        members.keySet().forEach(member -> given.put(member, new TreeMap<>()));
        Map<String, Integer> read = new HashMap<>(partitions);
        TreeSet<String> topics = new TreeSet<>();
        members.values().forEach(topics::addAll);
        read.keySet().retainAll(topics);
        assign(new TreeMap<>(members), read, given);
        return given;
    }

    abstract void assign(
            SortedMap<String, List<String>> members,
            Map<String, Integer> topics,
            Map<String, Map<String, List<Integer>>> given);

    private static List<String> subscribers(SortedMap<String, List<String>> members, String topic) {
        return members.entrySet().stream()
                .filter(member -> member.getValue().contains(topic))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static void give(
            Map<String, Map<String, List<Integer>>> given, String member, String topic, int index) {
        given.computeIfAbsent(member, key -> new TreeMap<>())
                .computeIfAbsent(topic, key -> new ArrayList<>())
                .add(index);
    }
}
