package io.octavo.broker.cluster.local;

import io.octavo.log.NoSpace;
import io.octavo.protocol.message.StoreChange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// A journal in memory that can be torn like one on a disk: what was appended and not forced may
/// go.
final class MemoryJournal implements Journal {
    private final List<StoreChange> records = new ArrayList<>();
    private int forced;
    private int start;
    private int snapshot;
    private int snapshots;
    private int forces;
    boolean full;
    boolean broken;
    boolean fullWhenForced;

    /// What a crash leaves: everything forced, and `more` of what was not.
    MemoryJournal crashed(int more) {
        MemoryJournal left = new MemoryJournal();
        left.records.addAll(records.subList(0, Math.min(forced + more, records.size())));
        left.forced = left.records.size();
        left.start = start;
        return left;
    }

    int unforced() {
        return records.size() - forced;
    }

    int snapshots() {
        return snapshots;
    }

    int forces() {
        return forces;
    }

    List<StoreChange> records() {
        return records;
    }

    @Override
    public void replay(Replay into) throws IOException {
        for (int i = start; i < records.size(); i++) {
            into.record(i, i == start, records.get(i));
        }
    }

    @Override
    public void append(List<StoreChange> added) throws IOException {
        if (full) {
            throw new NoSpace("no space left", new IOException("full"));
        }
        records.addAll(added);
    }

    @Override
    public void force() throws IOException {
        if (broken) {
            throw new IOException("force failed");
        }
        if (fullWhenForced) {
            throw new NoSpace("no space left", new IOException("full"));
        }
        forced = records.size();
        forces++;
    }

    @Override
    public long sizeBytes() {
        long bytes = 0;
        for (StoreChange record : records.subList(Math.max(start, snapshot), records.size())) {
            for (StoreChange.Write write : record.writes()) {
                bytes += 24 + write.path().length() + write.value().remaining();
            }
        }
        return bytes;
    }

    @Override
    public void snapshotBegins() {
        snapshot = records.size();
    }

    @Override
    public void snapshotEnds() {
        start = snapshot;
        snapshots++;
    }
}
