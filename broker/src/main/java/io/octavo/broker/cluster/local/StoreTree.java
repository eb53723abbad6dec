package io.octavo.broker.cluster.local;

import io.octavo.broker.cluster.Coordination.Applied;
import io.octavo.broker.cluster.Outcome;
import io.octavo.broker.cluster.Outcome.BadVersion;
import io.octavo.broker.cluster.Outcome.NoNode;
import io.octavo.broker.cluster.Outcome.NodeExists;
import io.octavo.broker.cluster.Outcome.Ok;
import io.octavo.broker.cluster.StoreNode;
import io.octavo.broker.cluster.StoreWrite;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The tree of nodes in memory. Pure: for one thread, touches nothing else.
///
/// Every change can be undone until it is [#settle]d, newest first: a change is tried before it is
/// journaled, and taken back if the journal does not take it.
final class StoreTree {
    private static final String ROOT = "/";

    /// What a node takes in a journal besides its path and its value.
    private static final int NODE_BYTES = 24;

    private final Map<String, StoreNode> nodes = new HashMap<>();
    private final Map<String, Set<String>> children = new HashMap<>();
    private final Deque<Runnable> undos = new ArrayDeque<>();
    private long sizeBytes;

    /// The node at `path`, or null.
    @Nullable StoreNode node(String path) {
        return nodes.get(path);
    }

    /// The names of the children of `path`; null when there is no such node.
    @Nullable Collection<String> children(String path) {
        return exists(path) ? List.copyOf(children.getOrDefault(path, Set.of())) : null;
    }

    /// All nodes, each after its parent.
    Collection<StoreNode> all() {
        return new TreeMap<>(nodes).values();
    }

    /// About the bytes that all nodes take in a journal.
    long sizeBytes() {
        return sizeBytes;
    }

    /// Does all of `writes` or none.
    ///
    /// @param changeId what created nodes get as their creation id
    Outcome<Applied> apply(long changeId, List<StoreWrite> writes) {
        int before = undos.size();
        for (StoreWrite write : writes) {
            Outcome<Applied> outcome =
                    switch (write) {
                        case StoreWrite.Create create -> create(changeId, create);
                        case StoreWrite.Set set -> set(set);
                        case StoreWrite.Delete delete -> delete(delete);
                        case StoreWrite.Check check -> check(check.path(), check.version());
                    };
            if (!(outcome instanceof Ok<Applied>)) {
                undoTo(before);
                return outcome;
            }
        }
        return new Ok<>(Applied.APPLIED);
    }

    /// Puts a node where there is none, as a snapshot has it.
    boolean restore(StoreNode node) {
        if (nodes.containsKey(node.path()) || !exists(parent(node.path()))) {
            return false;
        }
        add(node);
        return true;
    }

    /// How many steps could be undone now.
    int mark() {
        return undos.size();
    }

    /// Takes back every change made since [#mark()] was `mark`.
    void undoTo(int mark) {
        while (undos.size() > mark) {
            undos.pop().run();
        }
    }

    /// Keeps every change made so far.
    void settle() {
        undos.clear();
    }

    private Outcome<Applied> create(long changeId, StoreWrite.Create create) {
        String path = create.path();
        if (nodes.containsKey(path)) {
            return new NodeExists<>(path);
        }
        String parent = parent(path);
        if (!exists(parent)) {
            return new NoNode<>(parent);
        }
        StoreNode above = nodes.get(parent);
        if (above != null && above.ephemeral()) {
            return new BadVersion<>(parent);
        }
        add(new StoreNode(path, create.value(), 0, changeId, create.ephemeral()));
        undos.push(() -> remove(path));
        return new Ok<>(Applied.APPLIED);
    }

    private Outcome<Applied> set(StoreWrite.Set set) {
        Outcome<Applied> checked = check(set.path(), set.version());
        StoreNode old = nodes.get(set.path());
        if (!(checked instanceof Ok<Applied>) || old == null) {
            return checked;
        }
        replace(
                new StoreNode(
                        old.path(),
                        set.value(),
                        old.version() + 1,
                        old.creationId(),
                        old.ephemeral()));
        undos.push(() -> replace(old));
        return checked;
    }

    private Outcome<Applied> delete(StoreWrite.Delete delete) {
        String path = delete.path();
        Outcome<Applied> checked = check(path, delete.version());
        StoreNode old = nodes.get(path);
        if (!(checked instanceof Ok<Applied>) || old == null) {
            return checked;
        }
        if (children.containsKey(path)) {
            return new BadVersion<>(path);
        }
        remove(path);
        undos.push(() -> add(old));
        return checked;
    }

    private Outcome<Applied> check(String path, int version) {
        StoreNode node = nodes.get(path);
        if (node == null) {
            return new NoNode<>(path);
        }
        if (version != StoreWrite.ANY_VERSION && version != node.version()) {
            return new BadVersion<>(path);
        }
        return new Ok<>(Applied.APPLIED);
    }

    private boolean exists(String path) {
        return nodes.containsKey(path) || path.equals(ROOT);
    }

    private void add(StoreNode node) {
        nodes.put(node.path(), node);
        children.computeIfAbsent(parent(node.path()), p -> new HashSet<>()).add(name(node.path()));
        sizeBytes += sizeOf(node);
    }

    private void replace(StoreNode node) {
        StoreNode old = nodes.put(node.path(), node);
        sizeBytes += sizeOf(node) - (old == null ? 0 : sizeOf(old));
    }

    private void remove(String path) {
        StoreNode old = nodes.remove(path);
        children.computeIfPresent(
                parent(path),
                (p, names) -> {
                    names.remove(name(path));
                    return names.isEmpty() ? null : names;
                });
        sizeBytes -= old == null ? 0 : sizeOf(old);
    }

    private static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash <= 0 ? ROOT : path.substring(0, slash);
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static long sizeOf(StoreNode node) {
        return (long) NODE_BYTES + node.path().length() + node.value().remaining();
    }
}
