package io.octavo.broker.group;

import io.octavo.broker.shard.Shards;
import io.octavo.broker.shard.Write;
import io.octavo.protocol.api.ErrorCode;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/// The groups that this broker coordinates. Any thread may ask; answers come on the shards' loop.
public final class Groups {
    /// The topic they are kept in.
    public static final String TOPIC = "__consumer_offsets";

    private static final int ID_CHARS_MAX = 1_024;

    private final Shards<GroupShard> shards;

    Groups(Shards<GroupShard> shards) {
        this.shards = shards;
    }

    /// Runs an operation when its group has its turn.
    ///
    /// @param answer told an error when it never gets one
    void run(
            String groupId,
            BiFunction<GroupShard, String, Write> operation,
            Consumer<ErrorCode> answer) {
        if (groupId.length() > ID_CHARS_MAX) {
            answer.accept(ErrorCode.INVALID_GROUP_ID);
            return;
        }
        shards.run(groupId, shard -> operation.apply(shard, groupId), answer);
    }
}
