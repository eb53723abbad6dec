package io.octavo.broker.net;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// How many connections there may be: as many as `max.connections` says, and no more than leave
/// file descriptors for the logs. When there may be no more, nothing is accepted until others
/// close: clients wait in the kernel's queue.
///
/// Safe for any thread; its monitor guards the counts. The descriptors that are really open are
/// counted rarely: when new connections may have used a good part of what was free.
final class Admission {
    /// This part of the process's descriptors is left for segments.
    private static final int RESERVED_PART = 8;

    /// At least so many are left, but no more than half.
    private static final int RESERVED_MIN = 32;

    /// Descriptors are counted again when this part of what was free may be used.
    private static final int RECOUNT_PART = 4;

    private final NetConfig.Connections limits;
    private final Descriptors descriptors;
    private final NetLog log;
    private final int descriptorsMax;
    private final List<Runnable> resumers = new ArrayList<>();
    private final Map<InetAddress, Integer> perAddress = new HashMap<>();
    private int connections;
    private long accepted;
    private int free;
    private int openedSinceCount;
    private boolean counted;
    private boolean paused;

    Admission(NetConfig.Connections limits, Descriptors descriptors, NetLog log) {
        this.limits = limits;
        this.descriptors = descriptors;
        this.log = log;
        int limit = descriptors.limit();
        int reserved = Math.min(limit / 2, Math.max(RESERVED_MIN, limit / RESERVED_PART));
        descriptorsMax = limit - reserved;
    }

    /// Names what is to be run, on any thread, when connections may be accepted again.
    synchronized void onResume(Runnable resume) {
        resumers.add(resume);
    }

    /// What becomes of a connection that was accepted.
    enum Answer {
        WELCOME,
        /// Welcome, but no other is to be accepted until there is room again.
        LAST,
        /// To be closed: there are too many from its address.
        TOO_MANY_FROM_THERE
    }

    /// A connection was accepted. To be followed by [#closed], whatever the answer.
    Answer opened(InetAddress from) {
        String reason;
        synchronized (this) {
            boolean tooMany = perAddress.merge(from, 1, Integer::sum) > limits.perAddressMax();
            connections++;
            accepted++;
            openedSinceCount++;
            if (!counted || openedSinceCount > free / RECOUNT_PART) {
                count();
            }
            if (tooMany) {
                return Answer.TOO_MANY_FROM_THERE;
            }
            if (mayAccept()) {
                return Answer.WELCOME;
            }
            paused = true;
            reason =
                    connections >= limits.max()
                            ? connections + " are open (max.connections)"
                            : "the last of "
                                    + descriptors.limit()
                                    + " file descriptors (ulimit -n) are for the log";
        }
        say(reason);
        return Answer.LAST;
    }

    /// How many connections are open.
    synchronized int connections() {
        return connections;
    }

    /// How many were accepted since the start.
    synchronized long accepted() {
        return accepted;
    }

    /// Accepting failed: no descriptor was left.
    void exhausted() {
        synchronized (this) {
            paused = true;
            free = 0;
            openedSinceCount = 0;
            counted = true;
        }
        say("all of " + descriptors.limit() + " file descriptors (ulimit -n) are in use");
    }

    /// A connection was closed.
    void closed(InetAddress from) {
        synchronized (this) {
            perAddress.computeIfPresent(from, (address, count) -> count > 1 ? count - 1 : null);
            connections--;
            openedSinceCount--;
        }
        resumeIfAllowed(false);
    }

    /// Looks whether accepting can go on; to be called now and then while it is paused.
    ///
    /// @return whether it can, or does already
    boolean review() {
        resumeIfAllowed(true);
        synchronized (this) {
            return !paused;
        }
    }

    private void resumeIfAllowed(boolean countAgain) {
        List<Runnable> toRun;
        synchronized (this) {
            if (!paused) {
                return;
            }
            if (countAgain) {
                count();
            }
            if (!mayAccept()) {
                return;
            }
            paused = false;
            toRun = List.copyOf(resumers);
        }
        toRun.forEach(Runnable::run);
    }

    private void count() {
        free = descriptorsMax - descriptors.open();
        openedSinceCount = 0;
        counted = true;
    }

    private boolean mayAccept() {
        return connections < limits.max() && free - openedSinceCount > 0;
    }

    private void say(String reason) {
        log.rarely("no more connections are accepted until others close: " + reason);
    }
}
