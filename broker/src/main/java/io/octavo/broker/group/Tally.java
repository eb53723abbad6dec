package io.octavo.broker.group;

import java.util.HashMap;
import java.util.Map;

/// A sum over all groups here: each shard says what its own are. On the groups' loop.
final class Tally {
    private long sum;

    long sum() {
        return sum;
    }

    /// For the groups of one shard. Any thread.
    Part part() {
        return new Part();
    }

    /// What the groups of one shard are, until it ends.
    final class Part {
        private final Map<String, Long> byGroup = new HashMap<>();
        private boolean ended;

        /// What a group is now.
        void is(String groupId, long now) {
            long before = of(groupId);
            if (ended || now == before) {
                return;
            }
            sum += now - before;
            if (now == 0) {
                byGroup.remove(groupId);
            } else {
                byGroup.put(groupId, now);
            }
        }

        long of(String groupId) {
            return byGroup.getOrDefault(groupId, 0L);
        }

        /// They are nothing any more, whatever is still said of them.
        void end() {
            byGroup.values().forEach(its -> sum -= its);
            byGroup.clear();
            ended = true;
        }
    }
}
