package io.octavo.broker.cluster.local;

import io.octavo.broker.cluster.Coordination.Applied;
import io.octavo.broker.cluster.Outcome;
import io.octavo.broker.cluster.Outcome.BadVersion;
import io.octavo.broker.cluster.Outcome.NoNode;
import io.octavo.broker.cluster.Outcome.NodeExists;
import io.octavo.broker.cluster.Outcome.Ok;
import io.octavo.broker.cluster.StoreNode;
import io.octavo.broker.cluster.StoreWrite;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The tree of nodes in memory. Pure: for one thread, touches nothing else.
///
/// Each node knows its children by name, so that a path that many have in common is not kept with
/// each of them.
///
/// Every change can be undone until it is [#settle]d, newest first: a change is tried before it is
/// journaled, and taken back if the journal does not take it.
final class StoreTree {
    /// What a node takes in a journal besides its path and its value.
    private static final int NODE_BYTES = 24;

    private static final byte[] NO_VALUE = {};

    /// What is always there, and is no node.
    private final Entry root = new Entry(0, false, NO_VALUE);

    private final Deque<Runnable> undos = new ArrayDeque<>();
    private long sizeBytes;

    /// The node at `path`, or null.
    @Nullable StoreNode node(String path) {
        Entry entry = find(path);
        return entry == null || entry == root ? null : entry.node(path);
    }

    /// The names of the children of `path`; null when there is no such node.
    @Nullable Collection<String> children(String path) {
        Entry entry = find(path);
        return entry == null ? null : List.copyOf(entry.children().keySet());
    }

    /// Gives all nodes, each after its parent.
    void forEach(Consumer<StoreNode> consumer) {
        forEach("", root, consumer);
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
                        case StoreWrite.Check check ->
                                check(check.path(), find(check.path()), check.version());
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
        Entry parent = find(parent(node.path()));
        if (parent == null || parent.child(name(node.path())) != null) {
            return false;
        }
        Entry entry = new Entry(node.creationId(), node.ephemeral(), bytes(node.value()));
        entry.version = node.version();
        add(parent, node.path(), entry);
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
        Entry parent = find(parent(path));
        if (parent == null) {
            return new NoNode<>(parent(path));
        }
        if (parent.child(name(path)) != null) {
            return new NodeExists<>(path);
        }
        if (parent.ephemeral) {
            return new BadVersion<>(parent(path));
        }
        add(parent, path, new Entry(changeId, create.ephemeral(), bytes(create.value())));
        undos.push(() -> remove(parent, path));
        return new Ok<>(Applied.APPLIED);
    }

    private Outcome<Applied> set(StoreWrite.Set set) {
        Entry entry = find(set.path());
        Outcome<Applied> checked = check(set.path(), entry, set.version());
        if (!(checked instanceof Ok<Applied>) || entry == null) {
            return checked;
        }
        byte[] old = entry.value;
        replace(entry, bytes(set.value()), entry.version + 1);
        undos.push(() -> replace(entry, old, entry.version - 1));
        return checked;
    }

    private Outcome<Applied> delete(StoreWrite.Delete delete) {
        String path = delete.path();
        Entry parent = find(parent(path));
        Entry entry = parent == null ? null : parent.child(name(path));
        Outcome<Applied> checked = check(path, entry, delete.version());
        if (!(checked instanceof Ok<Applied>) || entry == null || parent == null) {
            return checked;
        }
        if (!entry.children().isEmpty()) {
            return new BadVersion<>(path);
        }
        remove(parent, path);
        undos.push(() -> add(parent, path, entry));
        return checked;
    }

    private Outcome<Applied> check(String path, @Nullable Entry entry, int version) {
        if (entry == null || entry == root) {
            return new NoNode<>(path);
        }
        if (version != StoreWrite.ANY_VERSION && version != entry.version) {
            return new BadVersion<>(path);
        }
        return new Ok<>(Applied.APPLIED);
    }

    private @Nullable Entry find(String path) {
        Entry entry = root;
        int from = 1;
        while (entry != null && from < path.length()) {
            int slash = path.indexOf('/', from);
            int to = slash < 0 ? path.length() : slash;
            entry = entry.child(path.substring(from, to));
            from = to + 1;
        }
        return entry;
    }

    private void add(Entry parent, String path, Entry entry) {
        parent.add(name(path), entry);
        sizeBytes += sizeOf(path, entry);
    }

    private void replace(Entry entry, byte[] value, int version) {
        sizeBytes += value.length - entry.value.length;
        entry.value = value;
        entry.version = version;
    }

    private void remove(Entry parent, String path) {
        Entry removed = parent.remove(name(path));
        sizeBytes -= removed == null ? 0 : sizeOf(path, removed);
    }

    private static void forEach(String path, Entry entry, Consumer<StoreNode> consumer) {
        entry.children()
                .forEach((name, child) -> {
                    String below = path + "/" + name;
                    consumer.accept(child.node(below));
                    forEach(below, child, consumer);
                });
    }

    /// The path above; "" for the root.
    private static String parent(String path) {
        return path.substring(0, Math.max(path.lastIndexOf('/'), 0));
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static byte[] bytes(ByteBuffer value) {
        byte[] bytes = new byte[value.remaining()];
        value.duplicate().get(bytes);
        return bytes;
    }

    private static long sizeOf(String path, Entry entry) {
        return (long) NODE_BYTES + path.length() + entry.value.length;
    }

    /// A node; it does not know its own path.
    private static final class Entry {
        private final long creationId;
        private final boolean ephemeral;
        private byte[] value;
        private int version;

        /// Null while there are none.
        private @Nullable Map<String, Entry> children;

        Entry(long creationId, boolean ephemeral, byte[] value) {
            this.creationId = creationId;
            this.ephemeral = ephemeral;
            this.value = value;
        }

        StoreNode node(String path) {
            return new StoreNode(path, ByteBuffer.wrap(value), version, creationId, ephemeral);
        }

        Map<String, Entry> children() {
            return children == null ? Map.of() : children;
        }

        @Nullable Entry child(String name) {
            return children == null ? null : children.get(name);
        }

        void add(String name, Entry entry) {
            if (children == null) {
                children = new HashMap<>();
            }
            children.put(name, entry);
        }

        @Nullable Entry remove(String name) {
            return children == null ? null : children.remove(name);
        }
    }
}
