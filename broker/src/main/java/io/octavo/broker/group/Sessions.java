package io.octavo.broker.group;

import io.octavo.broker.shard.Turns;
import io.octavo.broker.shard.Write;
import io.octavo.ports.Clock;
import io.octavo.ports.Loop;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/// How long each member of a group may be silent, and how long it may take for what it was told to
/// do. For its silence it has one timer however often it is heard: when that runs out, it looks
/// when it was last.
final class Sessions {
    /// When the end of a session could not be written, it is tried again after this.
    private static final int RETRY_MS = 1_000;

    private final String groupId;
    private final Supplier<Turns> turns;
    private final Clock clock;
    private final ToIntFunction<String> timeoutMs;
    private final Function<String, Write> expired;
    private final Function<String, Write> overdue;
    private final Map<String, Session> sessions = new HashMap<>();

    /// @param timeoutMs of a member's session, as it is set now
    /// @param expired decides about a member that was silent for so long
    /// @param overdue decides about a member that has not done in time what it was told to do
    Sessions(
            String groupId,
            Supplier<Turns> turns,
            Clock clock,
            ToIntFunction<String> timeoutMs,
            Function<String, Write> expired,
            Function<String, Write> overdue) {
        this.groupId = groupId;
        this.turns = turns;
        this.clock = clock;
        this.timeoutMs = timeoutMs;
        this.expired = expired;
        this.overdue = overdue;
    }

    /// A member was heard; its session begins or goes on.
    void heard(String memberId) {
        int timeout = timeoutMs.applyAsInt(memberId);
        Session session = sessions.get(memberId);
        if (session == null) {
            session = new Session(clock.millis());
            sessions.put(memberId, session);
            wake(memberId, session, timeout);
            return;
        }
        session.heardMs = clock.millis();
        if (session.wakesMs - session.heardMs > timeout) {
            // It was longer when the timer was set.
            wake(memberId, session, timeout);
        }
    }

    /// A member that is known was heard.
    void heardAgain(String memberId) {
        if (sessions.containsKey(memberId)) {
            heard(memberId);
        }
    }

    /// From now on a member has this time for what it was told to do.
    void limit(String memberId, int timeout) {
        Session session = sessions.get(memberId);
        if (session != null) {
            session.settle();
            session.limitMs = clock.millis() + timeout;
            session.limit = turns.get().schedule(groupId, timeout, () -> late(memberId, session));
        }
    }

    /// The same, if it had no limit yet.
    void limitIfNone(String memberId, int timeout) {
        Session session = sessions.get(memberId);
        if (session != null && session.limit == null) {
            limit(memberId, timeout);
        }
    }

    /// A member has done what it was told to do.
    void unlimited(String memberId) {
        Session session = sessions.get(memberId);
        if (session != null) {
            session.settle();
        }
    }

    void forget(String memberId) {
        Session session = sessions.remove(memberId);
        if (session != null) {
            session.end();
        }
    }

    void end() {
        sessions.values().forEach(Session::end);
        sessions.clear();
    }

    /// The end of a member's session was not written.
    void silentAgain(String memberId) {
        Session session = sessions.get(memberId);
        if (session != null) {
            wake(memberId, session, RETRY_MS);
        }
    }

    /// That a member took too long was not written.
    void overdueAgain(String memberId) {
        limit(memberId, RETRY_MS);
    }

    private void wake(String memberId, Session session, long delayMs) {
        session.settleSilence();
        session.wakesMs = clock.millis() + delayMs;
        session.silence = turns.get().schedule(groupId, delayMs, () -> silent(memberId, session));
    }

    private Write silent(String memberId, Session session) {
        if (sessions.get(memberId) != session) {
            return Write.nothing();
        }
        long leftMs = session.heardMs + timeoutMs.applyAsInt(memberId) - clock.millis();
        if (leftMs > 0) {
            wake(memberId, session, leftMs);
            return Write.nothing();
        }
        return expired.apply(memberId);
    }

    private Write late(String memberId, Session session) {
        // What has run out may be an older limit, which waited for its turn.
        boolean late = session.limit != null && clock.millis() >= session.limitMs;
        return sessions.get(memberId) == session && late
                ? overdue.apply(memberId)
                : Write.nothing();
    }

    private static final class Session {
        long heardMs;

        /// When the timer for its silence runs out.
        long wakesMs;

        /// Until when it has to do what it was told, where there is a limit.
        long limitMs;

        Loop.@Nullable Timer silence;
        Loop.@Nullable Timer limit;

        Session(long heardMs) {
            this.heardMs = heardMs;
        }

        void settle() {
            if (limit != null) {
                limit.cancel();
                limit = null;
            }
        }

        void settleSilence() {
            if (silence != null) {
                silence.cancel();
                silence = null;
            }
        }

        void end() {
            settle();
            settleSilence();
        }
    }
}
