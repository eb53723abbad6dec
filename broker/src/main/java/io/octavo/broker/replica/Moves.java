package io.octavo.broker.replica;

import io.octavo.protocol.api.ErrorCode;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The logs that are being moved from one data directory to another; of a partition one at a time.
/// Safe for any thread.
final class Moves {
    private final Homes homes;

    /// Guarded by this.
    private final Map<Partition, Moving> moving = new HashMap<>();

    private record Moving(Move move, @Nullable Storage next) {}

    Moves(Homes homes) {
        this.homes = homes;
    }

    /// Has a partition's log moved. One that moves elsewhere already is stopped first.
    ///
    /// @return `NONE`, or why it is not moved: `KAFKA_STORAGE_ERROR`
    ErrorCode move(Partition partition, Storage to) {
        if (to.directory().failure() != null || partition.storage().directory().failure() != null) {
            return ErrorCode.KAFKA_STORAGE_ERROR;
        }
        Move begun;
        synchronized (this) {
            Moving now = moving.get(partition);
            if (now != null) {
                boolean goesThere = now.move.to() == to && !now.move.cancelled();
                moving.put(partition, new Moving(now.move, goesThere ? null : to));
                if (!goesThere) {
                    now.move.cancel();
                }
                return ErrorCode.NONE;
            }
            if (partition.storage() == to) {
                return ErrorCode.NONE;
            }
            begun = begin(partition, to);
        }
        begun.begin();
        return ErrorCode.NONE;
    }

    /// The copy that will replace the partition's log; null when it is not being moved.
    synchronized @Nullable FutureLog future(Partition partition) {
        Moving now = moving.get(partition);
        return now == null ? null : now.move.future();
    }

    private Move begin(Partition partition, Storage to) {
        Move move = new Move(partition, to, moved -> ended(partition, to, moved));
        moving.put(partition, new Moving(move, null));
        return move;
    }

    private void ended(Partition partition, Storage to, boolean moved) {
        if (moved) {
            homes.moved(partition.toString(), to);
        }
        Move begun = null;
        synchronized (this) {
            Moving last = moving.remove(partition);
            Storage next = last == null ? null : last.next;
            if (next != null && next != partition.storage() && !partition.gone()) {
                begun = begin(partition, next);
            }
        }
        if (begun != null) {
            begun.begin();
        }
    }
}
