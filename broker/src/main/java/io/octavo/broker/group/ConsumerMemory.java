package io.octavo.broker.group;

import io.octavo.broker.cluster.ClusterView;
import io.octavo.broker.group.consumer.ConsumerMember;
import io.octavo.broker.group.consumer.ConsumerState;
import io.octavo.broker.group.consumer.Draft;
import io.octavo.broker.shard.Write;
import io.octavo.protocol.api.ErrorCode;
import org.jspecify.annotations.Nullable;

/// What the members of one consumer group take of the heap, and whether they may take more. In the
/// group's turn.
final class ConsumerMemory {
    /// What a record takes that says that nothing is left of a key, its ids aside.
    private static final long KEY_BYTES = 64;

    private static final long CHAR_BYTES_MAX = 3;

    private final String groupId;
    private final GroupShard shard;
    private long bytes;

    /// The cluster whose topics count.
    private ClusterView counted;

    ConsumerMemory(String groupId, GroupShard shard, ConsumerState state) {
        this.groupId = groupId;
        this.shard = shard;
        counted = shard.context().view().get();
        bytes = state.memberBytes(counted);
    }

    long bytes() {
        return bytes;
    }

    /// The cluster whose topics count in it.
    ClusterView counted() {
        return counted;
    }

    /// The group is what a draft says.
    ///
    /// @param view the cluster in which it was decided; null if it was not looked at
    void count(Draft draft, @Nullable ClusterView view) {
        ClusterView now = view == null ? counted : view;
        if (!draft.records().isEmpty() || now != counted) {
            counted = now;
            bytes = draft.state().memberBytes(now);
        }
    }

    /// Fails a write by which members would say more than before, when there is no memory for it.
    Write ifThereIsRoom(
            ConsumerState before, Draft draft, ClusterView view, boolean isNew, Write write) {
        ConsumerState next = draft.state();
        if (next.saidBytes() <= before.saidBytes()) {
            return write;
        }
        long inOneWrite = isNew ? keyBytesMax(next) : 0;
        ErrorCode room = shard.memory().admit(groupId, inOneWrite, next.memberBytes(view), isNew);
        return room == ErrorCode.NONE ? write : Write.answer(() -> write.failed().accept(room));
    }

    /// What the keys of the group take at most, which are removed in one write: three a member.
    private long keyBytesMax(ConsumerState state) {
        long sum = 0;
        for (ConsumerMember member : state.members()) {
            sum += 3 * keyBytesMax(member.id());
        }
        for (String regex : state.regexes()) {
            sum += keyBytesMax(regex);
        }
        return sum;
    }

    private long keyBytesMax(String of) {
        return KEY_BYTES + CHAR_BYTES_MAX * (groupId.length() + of.length());
    }
}
