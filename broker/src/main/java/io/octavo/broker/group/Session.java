package io.octavo.broker.group;

import io.octavo.broker.shard.Write;
import io.octavo.ports.Loop;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Until when somebody must be heard of.
///
/// A heartbeat only notes the new deadline. The timer is left alone: when its time comes it looks
/// at the deadline and waits for the rest, so that it costs once per timeout and not once per
/// heartbeat.
final class Session {
    private final GroupShard shard;
    private final String groupId;
    private final Supplier<Write> expired;
    private Loop.@Nullable Timer timer;

    /// When the timer fires, and when it is time, in monotonic milliseconds.
    private long timerMs;

    private long deadlineMs;
    private boolean ended;

    /// @param expired run in the group's turn when nothing was heard in time; not again unless the
    ///   session is extended
    Session(GroupShard shard, String groupId, Supplier<Write> expired) {
        this.shard = shard;
        this.groupId = groupId;
        this.expired = expired;
    }

    /// Counts from now on.
    void extend(long timeoutMs) {
        deadlineMs = nowMs() + Math.max(timeoutMs, 0);
        if (timer == null || timerMs > deadlineMs) {
            arm();
        }
    }

    void end() {
        ended = true;
        if (timer != null) {
            timer.cancel();
        }
    }

    private void arm() {
        if (timer != null) {
            timer.cancel();
        }
        timerMs = deadlineMs;
        timer = shard.turns().schedule(groupId, Math.max(deadlineMs - nowMs(), 0), this::look);
    }

    private Write look() {
        if (ended) {
            return Write.nothing();
        }
        if (nowMs() < deadlineMs) {
            arm();
            return Write.nothing();
        }
        timer = null;
        return expired.get();
    }

    private long nowMs() {
        return shard.context().clock().millis();
    }
}
