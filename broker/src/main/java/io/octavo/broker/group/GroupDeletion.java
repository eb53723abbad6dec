package io.octavo.broker.group;

import io.octavo.broker.shard.ShardRecord;
import io.octavo.broker.shard.Write;
import io.octavo.protocol.api.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// DeleteGroups, for one group: what it has committed goes, in as many batches as it takes, and the
/// group itself with the last. A group that gets a member in between stays, without those offsets;
/// one that is left in the middle by a stop is there to be deleted again.
final class GroupDeletion {
    private final String id;
    private final Consumer<ErrorCode> answer;
    private final Runnable again;

    /// @param again asks for another turn
    GroupDeletion(String id, Consumer<ErrorCode> answer, Runnable again) {
        this.id = id;
        this.answer = answer;
        this.again = again;
    }

    /// In the group's turn.
    Write decide(GroupShard shard) {
        Group group = shard.group(id);
        if (group == null) {
            return Write.answer(() -> answer.accept(ErrorCode.GROUP_ID_NOT_FOUND));
        }
        if (!group.isEmpty()) {
            return Write.answer(() -> answer.accept(ErrorCode.NON_EMPTY_GROUP));
        }
        OffsetChanges changes = new OffsetChanges(id);
        shard.offsets()
                .of(id)
                .forEach((topic, offsets) ->
                        offsets.each((partition, _) -> {
                            if (!changes.isEnough()) {
                                changes.remove(topic, partition);
                            }
                        }));
        if (changes.isEnough()) {
            Runnable part =
                    () -> {
                        changes.applyTo(shard.offsets());
                        again.run();
                    };
            return new Write(changes.records(), part, answer);
        }
        List<ShardRecord> records = new ArrayList<>(changes.records());
        records.addAll(group.tombstones());
        Runnable committed =
                () -> {
                    changes.applyTo(shard.offsets());
                    shard.end(group);
                    answer.accept(ErrorCode.NONE);
                };
        return new Write(records, committed, answer);
    }
}
