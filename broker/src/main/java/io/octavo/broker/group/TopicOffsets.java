package io.octavo.broker.group;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What a group has committed in one topic, by partition: two arrays, because there are very many
/// of these.
final class TopicOffsets {
    private static final int FIRST_CAPACITY = 4;

    /// The first `count` of each are used, in the partitions' order.
    private int[] partitions;

    private @Nullable CommittedOffset[] offsets;
    private int count;

    TopicOffsets() {
        partitions = new int[FIRST_CAPACITY];
        offsets = new CommittedOffset[FIRST_CAPACITY];
    }

    private TopicOffsets(TopicOffsets other) {
        count = other.count;
        partitions = Arrays.copyOf(other.partitions, count);
        offsets = Arrays.copyOf(other.offsets, count);
    }

    /// As it is now.
    TopicOffsets copy() {
        return new TopicOffsets(this);
    }

    /// How many partitions have an offset.
    int count() {
        return count;
    }

    @Nullable CommittedOffset get(int partition) {
        int at = find(partition);
        return at < 0 ? null : offsets[at];
    }

    /// Visits all, in the partitions' order. The visitor changes nothing here.
    void each(Visitor visitor) {
        for (int i = 0; i < count; i++) {
            CommittedOffset offset = offsets[i];
            if (offset != null) {
                visitor.visit(partitions[i], offset);
            }
        }
    }

    void put(int partition, CommittedOffset offset) {
        int at = find(partition);
        if (at < 0) {
            at = -at - 1;
            if (count == partitions.length) {
                partitions = Arrays.copyOf(partitions, 2 * count);
                offsets = Arrays.copyOf(offsets, 2 * count);
            }
            System.arraycopy(partitions, at, partitions, at + 1, count - at);
            System.arraycopy(offsets, at, offsets, at + 1, count - at);
            partitions[at] = partition;
            count++;
        }
        offsets[at] = offset;
    }

    void remove(int partition) {
        int at = find(partition);
        if (at >= 0) {
            count--;
            System.arraycopy(partitions, at + 1, partitions, at, count - at);
            System.arraycopy(offsets, at + 1, offsets, at, count - at);
            offsets[count] = null;
        }
    }

    /// Where a partition is; if it is not there, -1 minus where it would be.
    private int find(int partition) {
        if (count == 0 || partitions[count - 1] < partition) {
            return -count - 1;
        }
        return Arrays.binarySearch(partitions, 0, count, partition);
    }

    /// Told of one partition after the other.
    @FunctionalInterface
    interface Visitor {
        void visit(int partition, CommittedOffset offset);
    }
}
