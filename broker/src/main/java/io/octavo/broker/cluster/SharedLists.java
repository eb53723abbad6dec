package io.octavo.broker.cluster;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Has equal lists of replicas kept once: there are many partitions, and few ways to spread them
/// over the brokers. Belongs to the cluster's loop.
final class SharedLists {
    /// Beyond so many, of which most are of registrations long gone, it begins anew.
    private static final int KEPT_MAX = 10_000;

    private final Map<List<Integer>, List<Integer>> replicas = new HashMap<>();
    private final Map<List<Member>, List<Member>> members = new HashMap<>();

    /// @return an equal, immutable list
    List<Integer> replicas(List<Integer> list) {
        return kept(replicas, list);
    }

    /// @return an equal, immutable list
    List<Member> members(List<Member> list) {
        return kept(members, list);
    }

    private static <T> List<T> kept(Map<List<T>, List<T>> lists, List<T> list) {
        List<T> known = lists.get(list);
        if (known != null) {
            return known;
        }
        if (lists.size() >= KEPT_MAX) {
            lists.clear();
        }
        List<T> copy = List.copyOf(list);
        lists.put(copy, copy);
        return copy;
    }
}
