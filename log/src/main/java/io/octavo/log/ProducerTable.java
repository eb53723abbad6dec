package io.octavo.log;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// Producers by id, and in the order in which they last appended, the idlest first. Open addressing
/// with linear probing: no boxing, no node per entry. Takes no memory while it is empty.
final class ProducerTable implements Iterable<ProducerState> {
    private static final int CAPACITY_MIN = 8;

    /// A power of two long, at most half full.
    private @Nullable ProducerState[] slots = new ProducerState[0];

    private int count;
    private @Nullable ProducerState idlest;
    private @Nullable ProducerState latest;

    int count() {
        return count;
    }

    @Nullable ProducerState find(long id) {
        return count == 0 ? null : slots[slot(id)];
    }

    /// Adds a producer that is not there, as the latest.
    void add(ProducerState state) {
        if (2 * (count + 1) > slots.length) {
            grow();
        }
        slots[slot(state.id)] = state;
        count++;
        link(state);
    }

    /// Makes a producer the latest.
    void touch(ProducerState state) {
        if (state != latest) {
            unlink(state);
            link(state);
        }
    }

    void remove(ProducerState state) {
        unlink(state);
        int mask = slots.length - 1;
        int hole = slot(state.id);
        slots[hole] = null;
        count--;
        // What was pushed on by the removed one moves back, so that no probe ends early.
        for (int i = (hole + 1) & mask; ; i = (i + 1) & mask) {
            ProducerState moved = slots[i];
            if (moved == null) {
                return;
            }
            int wanted = home(moved.id, mask);
            if (((i - wanted) & mask) >= ((i - hole) & mask)) {
                slots[hole] = moved;
                slots[i] = null;
                hole = i;
            }
        }
    }

    void clear() {
        slots = new ProducerState[0];
        count = 0;
        idlest = null;
        latest = null;
    }

    /// From the idlest to the latest. The one given last may be removed meanwhile.
    @Override
    public Iterator<ProducerState> iterator() {
        return new Iterator<>() {
            private @Nullable ProducerState upcoming = idlest;

            @Override
            public boolean hasNext() {
                return upcoming != null;
            }

            @Override
            public ProducerState next() {
                ProducerState given = upcoming;
                if (given == null) {
                    throw new NoSuchElementException();
                }
                upcoming = given.newer;
                return given;
            }
        };
    }

    /// Where an id is, or belongs.
    private int slot(long id) {
        int mask = slots.length - 1;
        int at = home(id, mask);
        ProducerState seen = slots[at];
        while (seen != null && seen.id != id) {
            at = (at + 1) & mask;
            seen = slots[at];
        }
        return at;
    }

    private static int home(long id, int mask) {
        // Ids come in blocks; the multiplication (Knuth's, by 2^64 / golden ratio) spreads them.
        return (int) ((id * 0x9E3779B97F4A7C15L) >>> 32) & mask;
    }

    private void grow() {
        slots = new ProducerState[Math.max(CAPACITY_MIN, 2 * slots.length)];
        for (ProducerState state : this) {
            slots[slot(state.id)] = state;
        }
    }

    private void link(ProducerState state) {
        ProducerState before = latest;
        state.older = before;
        if (before == null) {
            idlest = state;
        } else {
            before.newer = state;
        }
        latest = state;
    }

    private void unlink(ProducerState state) {
        ProducerState before = state.older;
        ProducerState behind = state.newer;
        if (before == null) {
            idlest = behind;
        } else {
            before.newer = behind;
        }
        if (behind == null) {
            latest = before;
        } else {
            behind.older = before;
        }
        state.older = null;
        state.newer = null;
    }
}
