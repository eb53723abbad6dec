package io.octavo.broker.replica;

import io.octavo.protocol.api.ErrorCode;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The logs that are being moved from one data directory to another; of a partition one at a time,
/// and of those in one directory, too: a log is out of use while the worker that it shares with
/// others has something else to do. Safe for any thread.
final class Moves implements Move.Listener {
    private final Homes homes;

    /// Guarded by this.
    private final Map<Partition, Moving> moving = new HashMap<>();

    /// The moves out of a directory, the one that is made first. Guarded by this.
    private final Map<Storage, ArrayDeque<Move>> turns = new HashMap<>();

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
                if (goesThere) {
                    return ErrorCode.NONE;
                }
                now.move.cancel();
                begun = doesNotWait(now.move) ? now.move : null;
            } else if (partition.storage() == to) {
                return ErrorCode.NONE;
            } else {
                begun = enter(partition, to);
            }
        }
        begin(begun);
        return ErrorCode.NONE;
    }

    /// The copy that will replace the partition's log; null when it is not being moved.
    synchronized @Nullable FutureLog future(Partition partition) {
        Moving now = moving.get(partition);
        return now == null ? null : now.move.future();
    }

    @Override
    public void ended(Move move, boolean moved) {
        Partition partition = move.partition();
        if (moved) {
            homes.moved(partition.toString(), move.to());
        }
        Move next;
        Move again = null;
        synchronized (this) {
            next = leave(move);
            Moving last = moving.remove(partition);
            Storage wanted = last == null ? null : last.next;
            if (wanted != null && wanted != partition.storage() && !partition.gone()) {
                again = enter(partition, wanted);
            }
        }
        begin(next);
        begin(again);
    }

    /// @return the move, if it is its turn
    private @Nullable Move enter(Partition partition, Storage to) {
        Move move = new Move(partition, to, this);
        moving.put(partition, new Moving(move, null));
        move.prepare();
        ArrayDeque<Move> turn = turns.computeIfAbsent(move.from(), _ -> new ArrayDeque<>());
        turn.add(move);
        return turn.peek() == move ? move : null;
    }

    /// A move that was cancelled has no turn any more.
    ///
    /// @return whether it waited for it, and is to be ended now
    private boolean doesNotWait(Move move) {
        ArrayDeque<Move> turn = turns.get(move.from());
        return turn != null && turn.peek() != move && turn.remove(move);
    }

    /// @return whose turn it is then
    private @Nullable Move leave(Move move) {
        ArrayDeque<Move> turn = turns.get(move.from());
        if (turn == null) {
            return null;
        }
        boolean first = turn.peek() == move;
        turn.remove(move);
        return first ? turn.peek() : null;
    }

    private static void begin(@Nullable Move move) {
        if (move != null) {
            move.begin();
        }
    }
}
