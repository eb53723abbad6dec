package io.octavo.system.churn;

import io.octavo.system.churn.Event.Consumed;
import io.octavo.system.churn.Event.Disturbed;
import io.octavo.system.churn.Event.Flow;
import io.octavo.system.churn.Event.Life;
import io.octavo.system.churn.Event.Lives;
import io.octavo.system.churn.Event.Who;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Whoever runs processes records again a session timeout and five seconds after a disturbance at
/// the latest, while the broker serves; records come all the time.
///
/// ```
///  killed          session ends           limit
///    ├──────────────────┼──────────────────┤
///                       │ of a second one the session may begin only here:
///                 killed├──────────────────┼──────────────────┤
/// ```
final class Progress {
    static final long SESSION_NANOS = TimeUnit.SECONDS.toNanos(6);

    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(5);

    /// However often the group is disturbed.
    private static final long ALL_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Consumer<String> violated;
    private final Map<Who, Running> running = new HashMap<>();
    private final Map<String, Disturbance> disturbances = new HashMap<>();
    private boolean flows = true;
    private long stoppedNanos;
    private long longestNanos;
    private long longestInAllNanos;

    Progress(Consumer<String> violated) {
        this.violated = violated;
    }

    /// The longest time that a running member processed nothing after the last disturbance of its
    /// group.
    long longestMs() {
        return TimeUnit.NANOSECONDS.toMillis(longestNanos);
    }

    /// The longest time that a running member processed nothing, whatever happened to its group.
    long longestInAllMs() {
        return TimeUnit.NANOSECONDS.toMillis(longestInAllNanos);
    }

    void see(Event event) {
        if (flows) {
            running.forEach((who, member) -> look(who, member, event.atNanos()));
        }
        switch (event) {
            case Consumed some -> {
                Running member = running.get(some.who());
                if (member != null) {
                    member.progressed(some.atNanos());
                }
            }
            case Lives lives -> lives(lives);
            case Disturbed disturbed -> disturb(disturbed.group(), disturbed.atNanos());
            case Flow flow -> flow(flow);
            case Event.Assigned _, Event.GivenUp _, Event.Committed _, Event.Described _ -> {}
        }
    }

    /// The time in which nothing comes does not count.
    private void flow(Flow flow) {
        flows = flow.flows();
        if (!flows) {
            stoppedNanos = flow.atNanos();
            return;
        }
        running.forEach((who, member) -> {
            long fromNanos = Math.max(stoppedNanos, member.progressNanos);
            member.progressNanos += Math.max(0, flow.atNanos() - fromNanos);
            disturb(who.group(), flow.atNanos());
        });
    }

    private void look(Who who, Running member, long nowNanos) {
        Disturbance disturbance =
                disturbances.getOrDefault(
                        who.group(), new Disturbance(Long.MIN_VALUE, Long.MIN_VALUE));
        longestNanos =
                Math.max(
                        longestNanos,
                        nowNanos - Math.max(member.progressNanos, disturbance.atNanos));
        long limitNanos = Math.max(member.progressNanos, disturbance.overNanos) + LIMIT_NANOS;
        long inAllNanos = nowNanos - member.progressNanos;
        longestInAllNanos = Math.max(longestInAllNanos, inAllNanos);
        if ((nowNanos > limitNanos || inAllNanos > ALL_LIMIT_NANOS) && !member.reported) {
            member.reported = true;
            violated.accept(
                    "%s in %s has processed nothing for %d ms, since %d ms after the last disturbance"
                            .formatted(
                                    who.name(),
                                    who.group(),
                                    TimeUnit.NANOSECONDS.toMillis(inAllNanos),
                                    TimeUnit.NANOSECONDS.toMillis(
                                            member.progressNanos - disturbance.atNanos)));
        }
    }

    private void lives(Lives lives) {
        if (lives.life() == Life.RUNS) {
            running.put(lives.who(), new Running(lives.atNanos()));
        } else {
            running.remove(lives.who());
        }
    }

    private void disturb(String group, long atNanos) {
        Disturbance last = disturbances.get(group);
        if (last != null && last.atNanos == atNanos) {
            return;
        }
        long fromNanos =
                last == null
                        ? atNanos
                        : Math.clamp(last.overNanos, atNanos, atNanos + SESSION_NANOS);
        disturbances.put(group, new Disturbance(atNanos, fromNanos + SESSION_NANOS));
    }

    /// @param overNanos when the sessions that it ends have ended
    private record Disturbance(long atNanos, long overNanos) {}

    private static final class Running {
        private long progressNanos;
        private boolean reported;

        private Running(long progressNanos) {
            this.progressNanos = progressNanos;
        }

        private void progressed(long atNanos) {
            progressNanos = Math.max(progressNanos, atNanos);
            reported = false;
        }
    }
}
