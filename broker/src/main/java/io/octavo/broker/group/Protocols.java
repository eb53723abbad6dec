package io.octavo.broker.group;

import io.octavo.protocol.message.JoinGroupRequest.JoinGroupRequestProtocol;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Which protocols (assignors, for consumers) how many members of a classic group support, and
/// which is taken.
final class Protocols {
    private final Map<String, Integer> supporters = new HashMap<>();

    /// Of several of one name only the first counts.
    static List<JoinGroupRequestProtocol> distinct(List<JoinGroupRequestProtocol> protocols) {
        Set<String> names = new HashSet<>();
        return protocols.stream().filter(protocol -> names.add(protocol.name())).toList();
    }

    void add(List<JoinGroupRequestProtocol> protocols) {
        protocols.forEach(protocol -> supporters.merge(protocol.name(), 1, Integer::sum));
    }

    void remove(List<JoinGroupRequestProtocol> protocols) {
        for (JoinGroupRequestProtocol protocol : protocols) {
            supporters.computeIfPresent(
                    protocol.name(), (_, count) -> count == 1 ? null : count - 1);
        }
    }

    /// Whether one of these is supported by all of so many members.
    boolean common(List<JoinGroupRequestProtocol> protocols, int members) {
        return protocols.stream()
                .anyMatch(protocol -> supporters.getOrDefault(protocol.name(), 0) == members);
    }

    /// The protocol for members with these lists: each votes for the first of its own that all
    /// support, and most votes win. Between as many votes it is the one that comes first in a
    /// [HashMap], as it is in Apache Kafka.
    static String chosen(Collection<List<JoinGroupRequestProtocol>> lists) {
        Protocols all = new Protocols();
        lists.forEach(all::add);
        Map<String, Integer> votes = new HashMap<>();
        for (List<JoinGroupRequestProtocol> protocols : lists) {
            protocols.stream()
                    .map(JoinGroupRequestProtocol::name)
                    .filter(name -> all.supporters.getOrDefault(name, 0) == lists.size())
                    .findFirst()
                    .ifPresent(name -> votes.merge(name, 1, Integer::sum));
        }
        String chosen = null;
        for (Map.Entry<String, Integer> vote : votes.entrySet()) {
            if (chosen == null || vote.getValue() > votes.getOrDefault(chosen, 0)) {
                chosen = vote.getKey();
            }
        }
        if (chosen == null) {
            throw new IllegalStateException("nothing that all members support");
        }
        return chosen;
    }
}
