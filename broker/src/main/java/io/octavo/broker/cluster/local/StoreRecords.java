package io.octavo.broker.cluster.local;

import io.octavo.broker.cluster.StoreNode;
import io.octavo.broker.cluster.StoreWrite;
import io.octavo.protocol.message.StoreChange;
import io.octavo.protocol.message.StoreChange.Write;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The store's changes and nodes as records of the journal, and back.
final class StoreRecords {
    /// A part of a snapshot is closed when it is this large, so that a large tree is many batches
    /// of a usual size.
    private static final int PART_BYTES = 256 * 1024;

    private static final byte CREATE = 0;
    private static final byte SET = 1;
    private static final byte DELETE = 2;
    private static final byte RESTORE = 3;

    private static final int NO_PART = -1;

    private StoreRecords() {}

    /// A change that was made.
    static StoreChange change(long changeId, List<StoreWrite> writes) {
        List<Write> records = new ArrayList<>(writes.size());
        for (StoreWrite write : writes) {
            Write at = Write.defaults().withPath(write.path());
            switch (write) {
                case StoreWrite.Create create ->
                        records.add(
                                at.withKind(CREATE)
                                        .withValue(create.value())
                                        .withEphemeral(create.ephemeral()));
                case StoreWrite.Set set -> records.add(at.withKind(SET).withValue(set.value()));
                case StoreWrite.Delete delete -> records.add(at.withKind(DELETE));
                case StoreWrite.Check check -> {}
            }
        }
        return new StoreChange(changeId, NO_PART, false, records);
    }

    /// Whether the record is part of a snapshot rather than a change.
    static boolean inSnapshot(StoreChange record) {
        return record.snapshotPart() != NO_PART;
    }

    /// What the change did; null when the record says something that does not exist.
    static @Nullable List<StoreWrite> writes(StoreChange change) {
        List<StoreWrite> writes = new ArrayList<>(change.writes().size());
        for (Write write : change.writes()) {
            switch (write.kind()) {
                case CREATE ->
                        writes.add(
                                new StoreWrite.Create(
                                        write.path(), write.value(), write.ephemeral()));
                case SET ->
                        writes.add(
                                new StoreWrite.Set(
                                        write.path(), write.value(), StoreWrite.ANY_VERSION));
                case DELETE ->
                        writes.add(new StoreWrite.Delete(write.path(), StoreWrite.ANY_VERSION));
                default -> {
                    return null;
                }
            }
        }
        return writes;
    }

    /// All of the tree as a snapshot: at least one part.
    ///
    /// @param changeId the last change it contains
    static List<StoreChange> snapshot(long changeId, StoreTree tree) {
        Parts parts = new Parts(changeId);
        tree.forEach(parts::add);
        return parts.end();
    }

    /// The nodes of a part of a snapshot; null when it holds anything else.
    static @Nullable List<StoreNode> nodes(StoreChange part) {
        List<StoreNode> nodes = new ArrayList<>(part.writes().size());
        for (Write write : part.writes()) {
            if (write.kind() != RESTORE) {
                return null;
            }
            nodes.add(
                    new StoreNode(
                            write.path(),
                            write.value(),
                            write.version(),
                            write.creationId(),
                            write.ephemeral()));
        }
        return nodes;
    }

    /// A snapshot while it is being made.
    private static final class Parts {
        private final long changeId;
        private final List<StoreChange> closed = new ArrayList<>();
        private List<Write> writes = new ArrayList<>();
        private int bytes;

        Parts(long changeId) {
            this.changeId = changeId;
        }

        void add(StoreNode node) {
            ByteBuffer value = node.value();
            writes.add(
                    new Write(
                            RESTORE,
                            node.path(),
                            value,
                            node.ephemeral(),
                            node.version(),
                            node.creationId()));
            bytes += node.path().length() + value.remaining();
            if (bytes >= PART_BYTES) {
                close(false);
            }
        }

        List<StoreChange> end() {
            close(true);
            return closed;
        }

        private void close(boolean last) {
            closed.add(new StoreChange(changeId, closed.size(), last, writes));
            writes = new ArrayList<>();
            bytes = 0;
        }
    }
}
