package io.octavo.broker.api;

import io.octavo.ports.Clock;
import io.octavo.ports.Randomness;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.FetchRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The fetch sessions of all clients (KIP-227), so that a client that follows many partitions names
/// only those that differ from its last request, and is told only of those that have news.
///
/// Bounded by number and by the partitions held. When there is no room for a new session, one that
/// was not used for two minutes is ended; else the smallest that has existed for two minutes, if it
/// is smaller than the new one; else the new client fetches without a session. A client whose
/// session was ended is told that it is not known, and begins another. A request without a session
/// that stays is answered at once when those that wait have too many partitions together.
///
/// The monitor of this object guards the table and the [Slot]s in it; it is held for a few memory
/// accesses, with no other lock. What is in a session belongs to the request that has taken it.
final class FetchSessions {
    static final int NO_SESSION = 0;

    /// Session epochs with a meaning of their own: "begin a session" and "I want none".
    static final int INITIAL_EPOCH = 0;

    static final int FINAL_EPOCH = -1;

    /// Kafka's time before a session may have to make room for another.
    static final long EVICTABLE_AFTER_MS = 120_000;

    /// About 200 bytes each, with what [FetchEntry.Key#units] makes of long names: at most 40 MiB.
    static final int PARTITIONS_MAX = 200_000;

    private final Clock clock;
    private final Randomness randomness;
    private final Map<Integer, Slot> slots = new HashMap<>();
    private int partitionsHeld;

    /// Those of requests that wait and have no session that stays.
    private int partitionsWaiting;

    FetchSessions(Clock clock, Randomness randomness) {
        this.clock = clock;
        this.randomness = randomness;
    }

    /// What a request finds.
    sealed interface Found {}

    /// The session is the caller's until [#release], and has taken over what the request says.
    record Taken(Slot slot) implements Found {}

    record Refused(ErrorCode error) implements Found {}

    /// Finds the session that a request continues, or begins one.
    Found take(FetchRequest request, int version) {
        int epoch = request.sessionEpoch();
        if (epoch == INITIAL_EPOCH || epoch == FINAL_EPOCH) {
            end(request.sessionId());
            FetchSession session = new FetchSession(version >= FetchSession.TOPIC_IDS_FROM_VERSION);
            session.ask(request.topics());
            return new Taken(new Slot(session, epoch == INITIAL_EPOCH));
        }
        Slot slot;
        synchronized (this) {
            slot = slots.get(request.sessionId());
            if (slot == null) {
                return new Refused(ErrorCode.FETCH_SESSION_ID_NOT_FOUND);
            }
            if (slot.epoch != epoch || slot.taken) {
                return new Refused(ErrorCode.INVALID_FETCH_SESSION_EPOCH);
            }
            if (!slot.session.speaks(version)) {
                return new Refused(ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR);
            }
            slot.taken = true;
            slot.epoch = epoch == Integer.MAX_VALUE ? INITIAL_EPOCH + 1 : epoch + 1;
            slot.usedMs = clock.millis();
        }
        slot.session.ask(request.topics());
        slot.session.forget(request.forgottenTopicsData());
        if (resized(slot)) {
            return new Taken(slot);
        }
        release(slot);
        return new Refused(ErrorCode.FETCH_SESSION_ID_NOT_FOUND);
    }

    /// Gives a session that wants to stay its place, if there is room.
    ///
    /// @param sessionsMax how many there may be
    /// @return the id to be told to the client, or [#NO_SESSION]
    int establish(Slot slot, int sessionsMax) {
        int size = slot.session.units();
        List<Slot> evicted = new ArrayList<>(0);
        synchronized (this) {
            boolean due = slot.wanted && size > 0 && slot.id == NO_SESSION;
            if (due && room(size, sessionsMax, evicted)) {
                slot.id = unusedId();
                slot.epoch = INITIAL_EPOCH + 1;
                slot.createdMs = clock.millis();
                slot.usedMs = slot.createdMs;
                slot.partitions = size;
                partitionsHeld += size;
                slots.put(slot.id, slot);
            }
        }
        forgetAll(evicted);
        return slot.id;
    }

    /// Whether the request that has taken the session may wait: what it holds meanwhile is bounded
    /// for those together that have no session that stays.
    synchronized boolean mayWait(Slot slot) {
        if (slot.id == NO_SESSION && slot.waiting == 0) {
            int size = slot.session.units();
            if (partitionsWaiting + size > PARTITIONS_MAX) {
                return false;
            }
            slot.waiting = size;
            partitionsWaiting += size;
        }
        return true;
    }

    /// The request is answered, or its connection gone.
    void release(Slot slot) {
        boolean over;
        synchronized (this) {
            slot.taken = false;
            partitionsWaiting -= slot.waiting;
            slot.waiting = 0;
            over = slots.get(slot.id) != slot;
        }
        if (over) {
            slot.session.unwatch();
        }
    }

    /// How many sessions there are.
    synchronized int size() {
        return slots.size();
    }

    /// How many partitions they hold, as [FetchSession#units] counts them.
    synchronized int partitionsHeld() {
        return partitionsHeld;
    }

    private void end(int id) {
        List<Slot> ended = new ArrayList<>(0);
        synchronized (this) {
            Slot slot = slots.get(id);
            if (slot != null) {
                remove(slot, ended);
            }
        }
        forgetAll(ended);
    }

    /// Notes the new size of a taken session. One that became empty is over: the request is
    /// answered without a session.
    ///
    /// @return whether there is room for it
    private boolean resized(Slot slot) {
        List<Slot> evicted = new ArrayList<>(0);
        boolean fits;
        synchronized (this) {
            fits = slots.get(slot.id) == slot;
            if (fits) {
                partitionsHeld += slot.session.units() - slot.partitions;
                slot.partitions = slot.session.units();
                fits = partitionsHeld <= PARTITIONS_MAX || room(0, Integer.MAX_VALUE, evicted);
                if (!fits || slot.partitions == 0) {
                    remove(slot, evicted);
                    slot.id = NO_SESSION;
                }
            }
        }
        forgetAll(evicted);
        return fits;
    }

    /// Ends sessions until there is room for one more with `partitions` partitions, or none is left
    /// that may be ended for it.
    private boolean room(int partitions, int sessionsMax, List<Slot> ended) {
        long nowMs = clock.millis();
        while (slots.size() >= sessionsMax || partitionsHeld + partitions > PARTITIONS_MAX) {
            Slot victim = evictable(partitions, nowMs);
            if (victim == null) {
                return false;
            }
            remove(victim, ended);
        }
        return true;
    }

    private @Nullable Slot evictable(int partitions, long nowMs) {
        Slot stalest = null;
        Slot smallest = null;
        for (Slot slot : slots.values()) {
            if (slot.taken) {
                continue;
            }
            if (stalest == null || slot.usedMs < stalest.usedMs) {
                stalest = slot;
            }
            if (nowMs - slot.createdMs > EVICTABLE_AFTER_MS
                    && (smallest == null || slot.partitions < smallest.partitions)) {
                smallest = slot;
            }
        }
        if (stalest != null && nowMs - stalest.usedMs > EVICTABLE_AFTER_MS) {
            return stalest;
        }
        return smallest != null && smallest.partitions < partitions ? smallest : null;
    }

    /// Takes a session out of the table.
    ///
    /// @param ended gets it unless a request has it, which then ends it by its [#release]
    private void remove(Slot slot, List<Slot> ended) {
        slots.remove(slot.id);
        partitionsHeld -= slot.partitions;
        if (!slot.taken) {
            slot.taken = true;
            ended.add(slot);
        }
    }

    private static void forgetAll(List<Slot> ended) {
        for (Slot slot : ended) {
            slot.session.unwatch();
        }
    }

    private int unusedId() {
        int id;
        do {
            id = 1 + randomness.nextInt(Integer.MAX_VALUE - 1);
        } while (slots.containsKey(id));
        return id;
    }

    /// A session and its place in the table; guarded by the table's monitor, but for what never
    /// changes.
    static final class Slot {
        private final FetchSession session;

        /// Whether the client wants the session to stay.
        private final boolean wanted;

        private int id = NO_SESSION;
        private int epoch = INITIAL_EPOCH;
        private int partitions;

        /// How many of [FetchSessions#partitionsWaiting] are its own.
        private int waiting;

        private long createdMs;
        private long usedMs;
        private boolean taken = true;

        Slot(FetchSession session, boolean wanted) {
            this.session = session;
            this.wanted = wanted;
        }

        FetchSession session() {
            return session;
        }

        /// Whether the client knows of the session, and is told only what is new. To be asked by
        /// the request that has taken it.
        boolean known() {
            return id != NO_SESSION;
        }
    }
}
