package io.octavo.broker.net;

import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The direct memory that received frames may hold, of all connections together: charged by the
/// buffers that hold what was *received*, never by what a peer declares.
///
/// When it is spent, connections that need more are not read, except one: of those that need memory
/// the one whose incomplete frame began first goes on beyond the limit until that frame is complete
/// (or its connection is closed), so that frames are always completed and memory comes back. The
/// excess is at most one frame.
///
/// Safe for any thread. Its monitor guards who waits; nobody is called under it. While memory is
/// left it is not used.
final class FrameBudget {
    private final long limitBytes;
    private final AtomicLong usedBytes = new AtomicLong();
    private final AtomicLong lastAge = new AtomicLong();
    private final TreeMap<Long, Claim> waiting = new TreeMap<>();
    private @Nullable Claim privileged;
    private volatile boolean contended;

    FrameBudget(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    long usedBytes() {
        return usedBytes.get();
    }

    /// Whether somebody waits for memory or has gone beyond the limit.
    boolean contended() {
        return contended;
    }

    /// A number for what begins now; later ones are larger.
    long nextAge() {
        return lastAge.incrementAndGet();
    }

    /// Charges `bytes` if they may be had now. If not, the claim waits, and is told by
    /// [Claim#memoryFree] when to ask again.
    boolean take(Claim claim, int bytes) {
        if (!contended && fits(bytes)) {
            return true;
        }
        Claim toWake;
        boolean taken;
        synchronized (this) {
            taken = fits(bytes);
            if (taken) {
                waiting.remove(claim.age);
                toWake = usedBytes.get() < limitBytes ? pollWaiting() : null;
            } else {
                claim.involved = true;
                if (claim.age == 0) {
                    claim.age = nextAge();
                }
                waiting.put(claim.age, claim);
                toWake = promoteOldest();
                if (privileged == claim) {
                    waiting.remove(claim.age);
                    usedBytes.addAndGet(bytes);
                    taken = true;
                    toWake = null;
                }
            }
            contended = privileged != null || !waiting.isEmpty();
        }
        wake(toWake);
        return taken;
    }

    /// Charges `bytes` although there may be none left: for a smaller buffer that replaces a larger
    /// one.
    void takeAnyway(int bytes) {
        usedBytes.addAndGet(bytes);
    }

    /// Gives back what was charged.
    void give(int bytes) {
        long used = usedBytes.addAndGet(-bytes);
        if (contended && used < limitBytes) {
            Claim toWake;
            synchronized (this) {
                toWake = pollWaiting();
            }
            wake(toWake);
        }
    }

    /// The claim waits for nothing any more and needs to go beyond nothing: its frame is complete,
    /// or its connection gone.
    void leave(Claim claim) {
        if (!claim.involved) {
            return;
        }
        Claim toWake = null;
        synchronized (this) {
            claim.involved = false;
            waiting.remove(claim.age);
            if (privileged == claim) {
                privileged = null;
                toWake = promoteOldest();
            } else if (usedBytes.get() < limitBytes) {
                toWake = pollWaiting();
            }
            contended = privileged != null || !waiting.isEmpty();
        }
        wake(toWake);
    }

    private boolean fits(int bytes) {
        if (usedBytes.addAndGet(bytes) <= limitBytes) {
            return true;
        }
        usedBytes.addAndGet(-bytes);
        return false;
    }

    /// Lets the oldest of those that wait go beyond the limit, if nobody does.
    private @Nullable Claim promoteOldest() {
        if (privileged != null || waiting.isEmpty()) {
            return null;
        }
        privileged = waiting.pollFirstEntry().getValue();
        return privileged;
    }

    private @Nullable Claim pollWaiting() {
        return waiting.isEmpty() ? null : waiting.pollFirstEntry().getValue();
    }

    private static void wake(@Nullable Claim claim) {
        if (claim != null) {
            claim.memoryFree.run();
        }
    }

    /// One connection's part in the budget. [#age] belongs to the connection's loop and does not
    /// change while the claim waits; the rest belongs to the budget.
    static final class Claim {
        private final Runnable memoryFree;
        private boolean involved;

        /// When the connection's incomplete frame began, as given by [FrameBudget#nextAge]; 0 when
        /// it has none.
        long age;

        /// @param memoryFree told, on any thread, to ask again
        Claim(Runnable memoryFree) {
            this.memoryFree = memoryFree;
        }
    }
}
