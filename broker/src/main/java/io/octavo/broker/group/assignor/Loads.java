package io.octavo.broker.group.assignor;

import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Who has what while the partitions are divided evenly.
final class Loads {
    /// What it costs to part with a partition that the member had before, and how much less if the
    /// one that gets it had it too.
    private static final int HAD_COST = 4;

    private static final int HAD_BY_OTHER = 2;

    private final List<Holder> holders = new ArrayList<>();
    private final Map<Uuid, Pool> pools = new LinkedHashMap<>();

    Loads(Map<String, Subscriber> members, Map<Uuid, Shape> topics) {
        topics.forEach((id, shape) -> pools.put(id, new Pool(id, shape)));
        members.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(member ->
                        holders.add(
                                new Holder(holders.size(), member.getKey(), member.getValue())));
        for (Holder holder : holders) {
            for (Uuid topic : holder.member.topics()) {
                Pool pool = pools.get(topic);
                if (pool != null) {
                    pool.subscribers.add(holder);
                }
            }
        }
        // Of topics that the same members subscribe to, one list: so it is looked at once.
        Map<List<Holder>, List<Holder>> lists = new HashMap<>();
        for (Pool pool : pools.values()) {
            pool.subscribers = lists.computeIfAbsent(pool.subscribers, its -> its);
        }
    }

    /// What everybody has.
    Map<String, Map<Uuid, SortedSet<Integer>>> result() {
        Map<String, Map<Uuid, SortedSet<Integer>>> all = new LinkedHashMap<>();
        for (Holder holder : holders) {
            Map<Uuid, SortedSet<Integer>> its = new LinkedHashMap<>();
            holder.has.forEach((pool, partitions) -> its.put(pool.id, partitions));
            all.put(holder.id, its);
        }
        return all;
    }

    /// Everybody keeps what it had, as long as it subscribes to the topic and the partition exists.
    void keep() {
        for (Holder holder : holders) {
            holder.member
                    .before()
                    .forEach((topic, partitions) -> {
                        Pool pool = pools.get(topic);
                        if (pool != null && holder.member.topics().contains(topic)) {
                            for (int partition : partitions) {
                                if (partition < pool.shape.partitions()
                                        && !pool.taken.get(partition)) {
                                    holder.add(pool, partition);
                                }
                            }
                        }
                    });
        }
    }

    /// What nobody has goes to whoever has the least; topics with few subscribers first, because
    /// they leave the least choice.
    void dealOut() {
        List<Pool> order = new ArrayList<>(pools.values());
        order.removeIf(pool -> pool.subscribers.isEmpty());
        order.sort(Comparator.comparingInt(pool -> pool.subscribers.size()));
        int share = share(order);
        order.forEach(pool -> dealOutByRack(pool, share));
        for (Pool pool : order) {
            PriorityQueue<Entry> least = queue(pool.subscribers);
            for (int partition = pool.free(0); partition >= 0; partition = pool.free(partition)) {
                Holder holder = least(least);
                holder.add(pool, partition);
                least.add(new Entry(holder));
            }
        }
    }

    /// What everybody has at least, if subscriptions allow.
    private int share(List<Pool> order) {
        long all = 0;
        for (Pool pool : order) {
            all += pool.shape.partitions();
        }
        return holders.isEmpty() ? 0 : (int) (all / holders.size());
    }

    /// Gives partitions to members beside a replica, of whom none gets more than the share.
    private static void dealOutByRack(Pool pool, int share) {
        if (pool.shape.racks().isEmpty()) {
            return;
        }
        Map<String, PriorityQueue<Entry>> racks = new HashMap<>();
        for (Holder holder : pool.subscribers) {
            if (holder.member.rack() != null && holder.load < share) {
                racks.computeIfAbsent(holder.member.rack(), _ -> queue(List.of()))
                        .add(new Entry(holder));
            }
        }
        for (int partition = pool.free(0); partition >= 0; partition = pool.free(partition + 1)) {
            PriorityQueue<Entry> near = near(racks, pool, partition);
            if (near != null) {
                Holder holder = near.remove().holder;
                holder.add(pool, partition);
                if (holder.load < share) {
                    near.add(new Entry(holder));
                }
            }
        }
    }

    /// Of the racks of a partition's replicas the one that has the least loaded member.
    private static @Nullable PriorityQueue<Entry> near(
            Map<String, PriorityQueue<Entry>> racks, Pool pool, int partition) {
        PriorityQueue<Entry> nearest = null;
        int least = Integer.MAX_VALUE;
        for (String rack : new TreeSet<>(pool.shape.racks().get(partition))) {
            PriorityQueue<Entry> near = racks.get(rack);
            Entry first = near == null ? null : near.peek();
            if (first != null && first.load < least) {
                nearest = near;
                least = first.load;
            }
        }
        return nearest;
    }

    /// Moves partitions along chains of members, each of whom may take what the one before gives,
    /// from a member to one that has at least two less, until there is no such chain. The loads are
    /// then as equal as subscriptions allow.
    void balance() {
        PriorityQueue<Entry> most =
                new PriorityQueue<>(
                        Comparator.comparingInt((Entry entry) -> -entry.load)
                                .thenComparingInt(entry -> entry.holder.index));
        holders.forEach(holder -> most.add(new Entry(holder)));
        while (!most.isEmpty() && uneven()) {
            Entry entry = most.remove();
            if (entry.load != entry.holder.load || unload(entry.holder)) {
                most.add(new Entry(entry.holder));
            }
        }
    }

    private boolean uneven() {
        int least = Integer.MAX_VALUE;
        int most = 0;
        for (Holder holder : holders) {
            least = Math.min(least, holder.load);
            most = Math.max(most, holder.load);
        }
        return most - least > 1;
    }

    /// Lets a member give away one partition; false if that makes nothing more equal.
    private boolean unload(Holder from) {
        Step idlest = new Step(from, null, null);
        List<Step> reached = new ArrayList<>(List.of(idlest));
        BitSet known = new BitSet(holders.size());
        known.set(from.index);
        Set<List<Holder>> passed = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int i = 0; i < reached.size() && reached.size() < holders.size(); i++) {
            Step giver = reached.get(i);
            for (Pool pool : giver.holder.has.keySet()) {
                if (passed.add(pool.subscribers)) {
                    for (Holder taker : pool.subscribers) {
                        if (!known.get(taker.index)) {
                            known.set(taker.index);
                            Step step = new Step(taker, giver, pool);
                            reached.add(step);
                            idlest = taker.load < idlest.holder.load ? step : idlest;
                        }
                    }
                }
            }
        }
        if (idlest.holder.load > from.load - 2) {
            return false;
        }
        for (Step step = idlest; step.giver != null && step.pool != null; step = step.giver) {
            step.giver.holder.give(step.pool, step.holder);
        }
        return true;
    }

    private static PriorityQueue<Entry> queue(List<Holder> holders) {
        PriorityQueue<Entry> queue =
                new PriorityQueue<>(
                        Comparator.comparingInt(Entry::load)
                                .thenComparingInt(entry -> entry.holder.index));
        holders.forEach(holder -> queue.add(new Entry(holder)));
        return queue;
    }

    /// Takes out who has the least; what the queue says may be old, and loads only grow meanwhile.
    private static Holder least(PriorityQueue<Entry> queue) {
        Entry entry = queue.remove();
        while (entry.load != entry.holder.load) {
            queue.add(new Entry(entry.holder));
            entry = queue.remove();
        }
        return entry.holder;
    }

    /// How a member is reached: who gives it something, and of which topic.
    private record Step(Holder holder, @Nullable Step giver, @Nullable Pool pool) {}

    /// A member in a queue, by the load it had then.
    private record Entry(Holder holder, int load) {
        Entry(Holder holder) {
            this(holder, holder.load);
        }
    }

    /// A topic, and which of its partitions somebody has.
    private static final class Pool {
        final Uuid id;
        final Shape shape;
        final BitSet taken = new BitSet();
        List<Holder> subscribers = new ArrayList<>();

        Pool(Uuid id, Shape shape) {
            this.id = id;
            this.shape = shape;
        }

        /// The first partition from this one on that nobody has, or -1.
        int free(int from) {
            int partition = taken.nextClearBit(from);
            return partition < shape.partitions() ? partition : -1;
        }
    }

    /// A member and what it has.
    private static final class Holder {
        final int index;
        final String id;
        final Subscriber member;
        final Map<Pool, NavigableSet<Integer>> has = new LinkedHashMap<>();

        /// How many of them it did not have before.
        private final Map<Pool, Integer> gained = new HashMap<>();

        int load;

        Holder(int index, String id, Subscriber member) {
            this.index = index;
            this.id = id;
            this.member = member;
        }

        void add(Pool pool, int partition) {
            pool.taken.set(partition);
            has.computeIfAbsent(pool, _ -> new TreeSet<>()).add(partition);
            gained.merge(pool, had(pool, partition) ? 0 : 1, Integer::sum);
            load++;
        }

        /// Parts with the partition of a topic that costs the least: one that it did not have
        /// before, that the other did, and that is nearer to the other.
        void give(Pool pool, Holder taker) {
            int best = -1;
            int bestCost = Integer.MAX_VALUE;
            int least = leastCost(pool, taker);
            NavigableSet<Integer> its = has.getOrDefault(pool, new TreeSet<>());
            for (int partition : its.descendingSet()) {
                int cost = had(pool, partition) ? HAD_COST : 0;
                cost -= taker.had(pool, partition) ? HAD_BY_OTHER : 0;
                cost += near(pool, partition) ? 1 : 0;
                cost -= taker.near(pool, partition) ? 1 : 0;
                if (cost < bestCost) {
                    best = partition;
                    bestCost = cost;
                }
                if (cost == least) {
                    break;
                }
            }
            its.remove(best);
            if (its.isEmpty()) {
                has.remove(pool);
            }
            load--;
            gained.merge(pool, had(pool, best) ? 0 : -1, Integer::sum);
            taker.add(pool, best);
        }

        /// What no partition costs less than: with it, the search for one is over. Else each of
        /// many partitions that are given away would be looked for among all.
        private int leastCost(Pool pool, Holder taker) {
            int cost = gained.getOrDefault(pool, 0) > 0 ? 0 : HAD_COST;
            cost -= taker.member.before().containsKey(pool.id) ? HAD_BY_OTHER : 0;
            return cost - (taker.member.rack() == null || pool.shape.racks().isEmpty() ? 0 : 1);
        }

        private boolean had(Pool pool, int partition) {
            var before = member.before().get(pool.id);
            return before != null && before.contains(partition);
        }

        private boolean near(Pool pool, int partition) {
            return member.rack() != null && pool.shape.isIn(member.rack(), partition);
        }
    }
}
