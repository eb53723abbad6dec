package io.octavo.broker.net;

import java.util.ArrayList;
import java.util.List;

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

    private final int connectionsMax;
    private final Descriptors descriptors;
    private final NetLog log;
    private final int descriptorsMax;
    private final List<Runnable> resumers = new ArrayList<>();
    private int connections;
    private int free;
    private int openedSinceCount;
    private boolean counted;
    private boolean paused;

    Admission(int connectionsMax, Descriptors descriptors, NetLog log) {
        this.connectionsMax = connectionsMax;
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

    /// A connection was accepted.
    ///
    /// @return whether another one may be
    boolean opened() {
        String reason;
        synchronized (this) {
            connections++;
            openedSinceCount++;
            if (!counted || openedSinceCount > free / RECOUNT_PART) {
                count();
            }
            if (mayAccept()) {
                return true;
            }
            paused = true;
            reason =
                    connections >= connectionsMax
                            ? connections + " are open (max.connections)"
                            : "the last of "
                                    + descriptors.limit()
                                    + " file descriptors (ulimit -n) are for the log";
        }
        say(reason);
        return false;
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
    void closed() {
        synchronized (this) {
            connections--;
            openedSinceCount--;
        }
        resumeIfAllowed(false);
    }

    /// Looks whether accepting can go on; to be called now and then while it is paused.
    void review() {
        resumeIfAllowed(true);
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
        return connections < connectionsMax && free - openedSinceCount > 0;
    }

    private void say(String reason) {
        log.rarely("no more connections are accepted until others close: " + reason);
    }
}
