package io.octavo.broker.group;

import io.octavo.broker.shard.ShardRecord;
import io.octavo.broker.shard.Write;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an operation wants to change of a group's offsets: first it is written, and then done.
final class OffsetChanges {
    /// Where who can go on later does so.
    private static final int BATCH_BYTES_ENOUGH = 1 << 20;

    private final String group;
    private final List<Change> changes = new ArrayList<>();
    private final List<ShardRecord> records = new ArrayList<>();
    private long bytes;

    OffsetChanges(String group) {
        this.group = group;
    }

    void put(String topic, int partition, CommittedOffset offset) {
        add(new Change(topic, partition, offset), OffsetRecord.of(group, topic, partition, offset));
    }

    void remove(String topic, int partition) {
        add(new Change(topic, partition, null), OffsetRecord.tombstone(group, topic, partition));
    }

    boolean isEmpty() {
        return changes.isEmpty();
    }

    /// How many partitions are named.
    int count() {
        return changes.size();
    }

    /// Whether the rest is better left to another batch.
    boolean isEnough() {
        return bytes >= BATCH_BYTES_ENOUGH;
    }

    /// Whether it is more than goes into a batch.
    boolean isTooMuch() {
        return bytes > Write.BATCH_BYTES_MAX;
    }

    List<ShardRecord> records() {
        return records;
    }

    /// When the records are committed.
    void applyTo(Offsets offsets) {
        for (Change change : changes) {
            if (change.offset == null) {
                offsets.remove(group, change.topic, change.partition);
            } else {
                offsets.put(group, change.topic, change.partition, change.offset);
            }
        }
    }

    private void add(Change change, ShardRecord record) {
        changes.add(change);
        records.add(record);
        bytes += record.bytesMax();
    }

    /// @param offset null where it goes
    private record Change(String topic, int partition, @Nullable CommittedOffset offset) {}
}
