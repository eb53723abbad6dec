package io.octavo.broker.cluster.local;

import io.octavo.broker.cluster.Coordination.Applied;
import io.octavo.broker.cluster.Outcome;
import io.octavo.broker.cluster.Outcome.Ok;
import io.octavo.broker.cluster.StoreNode;
import io.octavo.broker.cluster.StoreWrite;
import io.octavo.log.DamagedLog;
import io.octavo.protocol.message.StoreChange;
import java.io.IOException;
import java.util.List;

/// Rebuilds the tree from the journal, all of it or not at all: whatever does not follow from what
/// was before it is damage.
final class StoreLoading implements Journal.Replay {
    private final StoreTree tree;
    private long changeId;
    private boolean inFirstSnapshot;
    private int partNext;

    StoreLoading(StoreTree tree) {
        this.tree = tree;
    }

    /// Reads the journal into the tree.
    ///
    /// @return the number of the last change
    static long load(Journal journal, StoreTree tree) throws IOException {
        StoreLoading loading = new StoreLoading(tree);
        journal.replay(loading);
        if (loading.inFirstSnapshot) {
            throw new DamagedLog(
                    "The coordination journal begins with a snapshot that ends after part "
                            + (loading.partNext - 1));
        }
        tree.settle();
        return loading.changeId;
    }

    @Override
    public void record(long offset, boolean first, StoreChange record) throws IOException {
        if (!StoreRecords.inSnapshot(record)) {
            change(offset, record);
        } else if (first || inFirstSnapshot) {
            part(offset, record);
        }
    }

    private void change(long offset, StoreChange record) throws IOException {
        if (inFirstSnapshot || record.changeId() != changeId + 1) {
            throw damaged(offset, "change " + record.changeId() + " follows change " + changeId);
        }
        List<StoreWrite> writes = StoreRecords.writes(record);
        if (writes == null) {
            throw damaged(offset, "a write of an unknown kind");
        }
        Outcome<Applied> outcome = tree.apply(record.changeId(), writes);
        if (!(outcome instanceof Ok<Applied>)) {
            throw damaged(offset, "change " + record.changeId() + " does not fit: " + outcome);
        }
        tree.settle();
        changeId = record.changeId();
    }

    private void part(long offset, StoreChange record) throws IOException {
        if (record.snapshotPart() != partNext) {
            throw damaged(
                    offset, "part " + record.snapshotPart() + " where " + partNext + " is due");
        }
        List<StoreNode> nodes = StoreRecords.nodes(record);
        if (nodes == null) {
            throw damaged(offset, "a change within a snapshot");
        }
        for (StoreNode node : nodes) {
            if (!tree.restore(node)) {
                throw damaged(offset, node.path() + " does not fit into the snapshot");
            }
        }
        changeId = record.changeId();
        partNext++;
        inFirstSnapshot = !record.snapshotEnds();
    }

    private static DamagedLog damaged(long offset, String what) {
        return new DamagedLog(
                "The coordination journal is damaged at offset " + offset + ": " + what);
    }
}
