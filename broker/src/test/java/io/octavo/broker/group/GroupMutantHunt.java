package io.octavo.broker.group;

import io.octavo.broker.shard.ShardsWalk;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/// Walks at random until a promise is broken. Made and asked in a class loader of its own, by
/// [GroupMutantsTest].
public final class GroupMutantHunt implements Supplier<String> {
    /// Those first that are the quickest.
    private static final Map<String, Runnable> WALKS = new LinkedHashMap<>();

    static {
        WALKS.put("shards", () -> ShardsWalk.walks(ShardsWalk.WALKS));
        WALKS.put("migration", () -> new MigrationWalkTest().walk());
        WALKS.put("consumer groups", () -> new ConsumerGroupWalkTest().walk());
        WALKS.put("classic groups", () -> new ClassicWalkTest().walk());
    }

    /// @return which walk found what
    @Override
    public String get() {
        for (Map.Entry<String, Runnable> walk : WALKS.entrySet()) {
            try {
                walk.getValue().run();
            } catch (AssertionError broken) {
                return "found by the walk of " + walk.getKey() + ": " + broken.getMessage();
            }
        }
        return "not found by the walks of " + WALKS.keySet();
    }
}
