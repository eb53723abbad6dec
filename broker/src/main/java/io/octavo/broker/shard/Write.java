package io.octavo.broker.shard;

import io.octavo.protocol.api.ErrorCode;
import java.util.List;
import java.util.function.Consumer;

/// What an operation has decided. The state is changed and the request answered by `committed`, not
/// before.
///
/// @param records all of them are appended, or none; more than [#BATCH_BYTES_MAX] fail
/// @param committed called on the shard's loop when the records are committed; at once if there are
///   none
/// @param failed called on the shard's loop, instead, when they are not: told why
public record Write(List<ShardRecord> records, Runnable committed, Consumer<ErrorCode> failed) {
    /// What the records of one may take, with what a batch adds to each: far more than a commit of
    /// all partitions of a large cluster, and less than hurts when it is read as a whole.
    public static final int BATCH_BYTES_MAX = 16 << 20;

    private static final Write NOTHING = answer(() -> {});

    public Write {
        records = List.copyOf(records);
    }

    /// Nothing is to be done.
    public static Write nothing() {
        return NOTHING;
    }

    /// Nothing is written.
    public static Write answer(Runnable committed) {
        return new Write(List.of(), committed, _ -> {});
    }

    /// Whether it is going to fail for its size.
    public boolean isTooLarge() {
        return bytesMax() > BATCH_BYTES_MAX;
    }

    /// The most that the records add to a batch.
    long bytesMax() {
        long bytes = 0;
        for (ShardRecord record : records) {
            bytes += record.bytesMax();
        }
        return bytes;
    }
}
