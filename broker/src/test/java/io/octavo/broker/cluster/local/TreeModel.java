package io.octavo.broker.cluster.local;

import io.octavo.broker.cluster.Coordination.Applied;
import io.octavo.broker.cluster.Outcome;
import io.octavo.broker.cluster.StoreWrite;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a store should hold, written as simply as possible: every commit works on a copy.
final class TreeModel {
    record Node(ByteBuffer value, int version, long creationId, boolean ephemeral) {}

    private TreeMap<String, Node> nodes = new TreeMap<>();
    private long changeId;

    Map<String, Node> nodes() {
        return nodes;
    }

    TreeModel copy() {
        TreeModel copy = new TreeModel();
        copy.nodes = new TreeMap<>(nodes);
        copy.changeId = changeId;
        return copy;
    }

    /// What a new process finds: no ephemeral nodes.
    void endSession() {
        if (nodes.values().stream().anyMatch(Node::ephemeral)) {
            nodes.values().removeIf(Node::ephemeral);
            changeId++;
        }
    }

    Outcome<Applied> commit(List<StoreWrite> writes) {
        TreeMap<String, Node> after = new TreeMap<>(nodes);
        boolean changes = false;
        for (StoreWrite write : writes) {
            String path = write.path();
            Node node = after.get(path);
            String parent = path.substring(0, path.lastIndexOf('/'));
            switch (write) {
                case StoreWrite.Create create -> {
                    if (node != null) {
                        return new Outcome.NodeExists<>(path);
                    }
                    if (!parent.isEmpty() && !after.containsKey(parent)) {
                        return new Outcome.NoNode<>(parent);
                    }
                    Node above = after.get(parent);
                    if (above != null && above.ephemeral()) {
                        return new Outcome.BadVersion<>(parent);
                    }
                    after.put(path, new Node(create.value(), 0, changeId + 1, create.ephemeral()));
                    changes = true;
                }
                case StoreWrite.Set set -> {
                    Outcome<Applied> refusal = refusal(path, node, set.version());
                    if (refusal != null || node == null) {
                        return refusal == null ? new Outcome.NoNode<>(path) : refusal;
                    }
                    after.put(
                            path,
                            new Node(
                                    set.value(),
                                    node.version() + 1,
                                    node.creationId(),
                                    node.ephemeral()));
                    changes = true;
                }
                case StoreWrite.Delete delete -> {
                    Outcome<Applied> refusal = refusal(path, node, delete.version());
                    if (refusal != null) {
                        return refusal;
                    }
                    if (after.keySet().stream().anyMatch(other -> other.startsWith(path + "/"))) {
                        return new Outcome.BadVersion<>(path);
                    }
                    after.remove(path);
                    changes = true;
                }
                case StoreWrite.Check check -> {
                    Outcome<Applied> refusal = refusal(path, node, check.version());
                    if (refusal != null) {
                        return refusal;
                    }
                }
            }
        }
        nodes = after;
        changeId += changes ? 1 : 0;
        return new Outcome.Ok<>(Applied.APPLIED);
    }

    private static @Nullable Outcome<Applied> refusal(
            String path, @Nullable Node node, int version) {
        if (node == null) {
            return new Outcome.NoNode<>(path);
        }
        return version == StoreWrite.ANY_VERSION || version == node.version()
                ? null
                : new Outcome.BadVersion<>(path);
    }
}
