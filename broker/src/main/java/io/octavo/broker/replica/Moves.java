package io.octavo.broker.replica;

import io.octavo.log.Relocation;
import io.octavo.protocol.api.ErrorCode;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The logs that are being moved from one data directory to another; of a partition one at a time,
/// and of those in one directory, too: a log is out of use while the worker that it shares with
/// others has something else to do. Safe for any thread.
final class Moves implements Move.Listener {
    private final Homes homes;
    private final Pace pace;

    /// Guarded by this.
    private final Map<Partition, Moving> moving = new HashMap<>();

    /// The moves out of a directory, the one that is made first. Guarded by this.
    private final Map<Storage, ArrayDeque<Move>> turns = new HashMap<>();

    private record Moving(Move move, @Nullable Next next) {}

    /// @param pace of all of them together
    Moves(Homes homes, Pace pace) {
        this.homes = homes;
        this.pace = pace;
    }

    /// Has a partition's log moved. One that moves elsewhere already is stopped first.
    ///
    /// @return `NONE`, or why it is not moved: `KAFKA_STORAGE_ERROR`
    ErrorCode move(Partition partition, Storage to) {
        if (!canMove(partition, to)) {
            return ErrorCode.KAFKA_STORAGE_ERROR;
        }
        Move begun;
        synchronized (this) {
            Moving now = moving.get(partition);
            if (now != null) {
                boolean goesThere = now.move.to() == to && !now.move.cancelled();
                begun = goesThere ? null : cancel(partition, now.move, to);
                if (goesThere) {
                    instead(partition, now.move, null);
                }
            } else if (partition.storage() == to) {
                return ErrorCode.NONE;
            } else {
                begun = enter(partition, to, null);
            }
        }
        begin(begun);
        return ErrorCode.NONE;
    }

    /// Goes on with a move that an earlier run has begun, unless something else was ordered since.
    ///
    /// @param found the place that it made
    void resume(Partition partition, Storage to, Relocation.Place found) {
        if (!canMove(partition, to)) {
            // For the next start.
            return;
        }
        Move begun;
        synchronized (this) {
            if (moving.containsKey(partition) || partition.storage() == to) {
                to.worker().execute(found::giveUp);
                return;
            }
            begun = enter(partition, to, found);
        }
        begin(begun);
    }

    /// The partition was deleted: it is not moved any more.
    void cancel(Partition partition) {
        Move begun;
        synchronized (this) {
            Moving now = moving.get(partition);
            begun = now == null ? null : cancel(partition, now.move, null);
        }
        begin(begun);
    }

    /// To be called when the partitions are out of service: the moves that wait end.
    synchronized void stop() {
        moving.values().forEach(one -> one.move.hurry());
    }

    /// Whether both data directories are in service.
    boolean canMove(Partition partition, Storage to) {
        return to.directory().failure() == null
                && partition.storage().directory().failure() == null;
    }

    /// @param to where the log is to be moved instead
    /// @return the move, if it is to be ended now
    private @Nullable Move cancel(Partition partition, Move move, @Nullable Storage to) {
        instead(partition, move, to == null ? null : new Next(to));
        move.cancel();
        return doesNotWait(move) ? move : null;
    }

    /// Notes what comes behind a move, in place of what was to come. It has its place at once, so
    /// that the next start knows of it.
    private void instead(Partition partition, Move move, @Nullable Next next) {
        Moving before = moving.put(partition, new Moving(move, next));
        Next older = before == null ? null : before.next;
        if (older != null) {
            move.from().worker().execute(older::giveUp);
        }
        if (next != null && next.to != move.from()) {
            move.from().worker().execute(() -> next.prepare(partition));
        }
    }

    /// Where a log goes when the move that is under way has ended. All but `to` is the worker's of
    /// that move.
    private static final class Next {
        private final Storage to;
        private Relocation.@Nullable Place place;
        private boolean over;

        Next(Storage to) {
            this.to = to;
        }

        void prepare(Partition partition) {
            if (over) {
                return;
            }
            try {
                place = Relocation.Place.make(to.directory(), partition.toString());
            } catch (IOException | RuntimeException failure) {
                // The move tries again, and says so.
                place = null;
            }
        }

        Relocation.@Nullable Place take() {
            over = true;
            return place;
        }

        void giveUp() {
            Relocation.Place made = take();
            if (made != null) {
                made.giveUp();
            }
        }
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
        Next unwanted = null;
        synchronized (this) {
            next = leave(move);
            Moving last = moving.remove(partition);
            Next wanted = last == null ? null : last.next;
            if (wanted != null && !partition.stopped()) {
                if (wanted.to != partition.storage() && !partition.gone()) {
                    again = enter(partition, wanted.to, wanted.take());
                } else {
                    unwanted = wanted;
                }
            }
        }
        if (unwanted != null) {
            unwanted.giveUp();
        }
        begin(next);
        begin(again);
    }

    /// @return the move, if it is its turn
    private @Nullable Move enter(
            Partition partition, Storage to, Relocation.@Nullable Place found) {
        Move move = new Move(partition, to, pace, this);
        moving.put(partition, new Moving(move, null));
        move.prepare(found);
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

    /// Not when the broker stops: then the places of all moves stay for the next start.
    private static void begin(@Nullable Move move) {
        if (move != null && !move.partition().stopped()) {
            move.begin();
        }
    }
}
