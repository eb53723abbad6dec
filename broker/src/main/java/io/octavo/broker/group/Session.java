package io.octavo.broker.group;

import io.octavo.broker.shard.Write;
import io.octavo.ports.Loop;
import java.util.concurrent.atomic.AtomicLong;
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

    /// Moved by other threads too, and only on.
    private final AtomicLong deadlineMs = new AtomicLong();

    private volatile boolean ended;

    /// @param expired run in the group's turn when nothing was heard in time; not again unless the
    ///   session is extended
    Session(GroupShard shard, String groupId, Supplier<Write> expired) {
        this.shard = shard;
        this.groupId = groupId;
        this.expired = expired;
    }

    /// Counts from now on.
    void extend(long timeoutMs) {
        long deadline = nowMs() + Math.max(timeoutMs, 0);
        deadlineMs.set(deadline);
        if (timer == null || timerMs > deadline) {
            arm(deadline);
        }
    }

    /// Counts from now on, if it has begun and has not ended. Any thread.
    ///
    /// @return whether it does
    boolean hear(long timeoutMs) {
        if (ended) {
            return false;
        }
        deadlineMs.accumulateAndGet(nowMs() + timeoutMs, Math::max);
        return true;
    }

    void end() {
        ended = true;
        if (timer != null) {
            timer.cancel();
        }
    }

    private void arm(long deadline) {
        if (timer != null) {
            timer.cancel();
        }
        timerMs = deadline;
        timer = shard.turns().schedule(groupId, Math.max(deadline - nowMs(), 0), this::look);
    }

    private Write look() {
        if (ended) {
            return Write.nothing();
        }
        long deadline = deadlineMs.get();
        if (nowMs() < deadline) {
            arm(deadline);
            return Write.nothing();
        }
        timer = null;
        return expired.get();
    }

    private long nowMs() {
        return shard.context().clock().millis();
    }
}
