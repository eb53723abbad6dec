package io.octavo.system.churn;

import io.octavo.ports.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

/// Events from everywhere, put into the order of time and shown to the checks. Safe for any thread.
final class Ledger {
    /// A broken promise is often broken again and again.
    private static final int VIOLATIONS_MAX = 20;

    private final PriorityQueue<Event> waiting =
            new PriorityQueue<>(Comparator.comparingLong(Event::atNanos));
    private final List<String> violations = new ArrayList<>();
    private long nowNanos = Clock.system().nanos();
    private final Owners owners = new Owners(this::violated);
    private final Offsets offsets = new Offsets(this::violated);
    private final Progress progress = new Progress(this::violated);

    synchronized void add(Event event) {
        waiting.add(event);
    }

    /// Shows the checks everything that happened before a time, of which nothing more may come.
    synchronized void settle(long beforeNanos) {
        for (Event event = waiting.peek();
                event != null && event.atNanos() < beforeNanos;
                event = waiting.peek()) {
            waiting.remove();
            nowNanos = event.atNanos();
            progress.see(event);
            offsets.see(event);
            owners.see(event);
        }
    }

    /// Adds something that must not be.
    synchronized void violated(String what) {
        if (violations.size() < VIOLATIONS_MAX) {
            long agoMs = TimeUnit.NANOSECONDS.toMillis(Clock.system().nanos() - nowNanos);
            violations.add(Instant.ofEpochMilli(Clock.system().wallMs() - agoMs) + " " + what);
        }
    }

    synchronized List<String> violations() {
        return List.copyOf(violations);
    }

    /// The checks, for when no more events come.
    Owners owners() {
        return owners;
    }

    Offsets offsets() {
        return offsets;
    }

    Progress progress() {
        return progress;
    }
}
