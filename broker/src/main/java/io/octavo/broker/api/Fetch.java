package io.octavo.broker.api;

import io.octavo.ports.Deadline;
import io.octavo.ports.Loop;
import io.octavo.protocol.message.FetchRequest;
import io.octavo.protocol.message.FetchResponse;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// One Fetch request: answered at once when there is enough to say, else parked until there is, or
/// until its time is up (KIP-227 sessions; DelayedFetch in Kafka).
///
/// ```
/// begin ── due? ──yes──> answer
///            │no
///            ├── watch every partition that does not; were there some? look again
///            └── parked ── a partition changed, or the timer ──> due? ...
///
/// reading: in memory? ──yes──> read
///              └no── a worker reads, and takes its time; the session is the worker's meanwhile
/// ```
///
/// Nothing of the request is kept while it waits but what is counted ([FetchSessions]): what a peer
/// may name in one is many times what it can have waiting.
///
/// Belongs to its connection's loop, except for [#wake()] and [#readAside()].
final class Fetch {
    /// A log that is being opened is waited for at least so long: usually it is there at once.
    private static final long OPENING_WAIT_MS = 1_000;

    private final FetchParts parts;
    private final FetchRead.Wish wish;
    private final RequestContext context;
    private final FetchSessions.Slot slot;
    private final FetchSession session;
    private final int minBytes;
    private final Deadline deadline;
    private final Deadline openingDeadline;
    private final Later<FetchResponse> later = new Later<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private Loop.@Nullable Timer timer;
    private boolean opening;

    /// Whether it is not to wait.
    private boolean atOnce;

    /// Whether a worker reads, and what it has read.
    private boolean reading;

    private @Nullable FetchRead aside;
    private boolean over;

    Fetch(FetchParts parts, FetchRequest request, RequestContext context, FetchSessions.Slot slot) {
        this.parts = parts;
        this.context = context;
        this.slot = slot;
        session = slot.session();
        wish = FetchRead.Wish.of(request, parts.config().current().fetchBytesMax());
        minBytes = Math.min(request.minBytes(), wish.bytesMax());
        deadline = Deadline.after(parts.clock(), request.maxWaitMs());
        openingDeadline =
                Deadline.after(parts.clock(), Math.max(request.maxWaitMs(), OPENING_WAIT_MS));
    }

    /// What the handler returns.
    Reply<FetchResponse> begin() {
        session.await(this);
        FetchRead read = look();
        if (read == null && !parts.sessions().mayWait(slot)) {
            atOnce = true;
            read = reading ? null : read();
        }
        if (read != null) {
            FetchResponse response = response(read);
            end();
            return new Reply.Now<>(response);
        }
        timer = context.loop().schedule(deadline.remainingMs(parts.clock()), this::timeUp);
        later.onAbandoned(this::abandoned);
        return later;
    }

    /// Has the request look again. On any thread.
    void wake() {
        if (woken.compareAndSet(false, true)) {
            context.loop().execute(this::lookAgain);
        }
    }

    private void lookAgain() {
        woken.set(false);
        if (over || reading) {
            return;
        }
        FetchRead read = look();
        if (read != null) {
            FetchResponse response = response(read);
            end();
            later.complete(response);
        }
    }

    private void timeUp() {
        lookAgain();
        awaitOpening();
    }

    /// The time is up, and a log is being opened.
    private void awaitOpening() {
        if (!over && !reading && opening && deadline.passed(parts.clock())) {
            timer = context.loop().schedule(openingDeadline.remainingMs(parts.clock()), this::wake);
        }
    }

    private void abandoned() {
        if (!over) {
            end();
        }
    }

    private void end() {
        over = true;
        if (timer != null) {
            timer.cancel();
        }
        if (!reading) {
            giveBack();
        }
    }

    private void giveBack() {
        session.await(null);
        parts.sessions().release(slot);
    }

    /// What to answer, if it is time to; else all partitions are watched. A change that comes while
    /// they are being watched wakes the request once more, rather than keep the loop busy here.
    private @Nullable FetchRead look() {
        FetchRead read = due();
        if (read == null && !reading && session.watch()) {
            read = due();
            if (read == null && !reading && session.watch()) {
                wake();
            }
        }
        return read;
    }

    private @Nullable FetchRead due() {
        session.refresh(parts.clock().millis());
        boolean asked = session.hasQuiet();
        boolean records = false;
        boolean news = false;
        opening = false;
        for (FetchEntry entry : session.busy()) {
            switch (entry.state(parts.partitions())) {
                case NOTHING -> asked = true;
                case RECORDS -> {
                    asked = true;
                    records = true;
                }
                case OPENING -> {
                    asked = true;
                    opening = true;
                }
                case NEWS -> news = true;
                case UNKNOWN -> {}
            }
        }
        session.leaveQuiet();
        Deadline end = opening ? openingDeadline : deadline;
        if (news || atOnce || !asked || (minBytes <= 0 && !opening) || end.passed(parts.clock())) {
            return read();
        }
        if (!records) {
            return null;
        }
        FetchRead read = read();
        if (read == null || read.bytes() >= minBytes || read.failed() || read.early()) {
            return read;
        }
        read.release();
        return null;
    }

    /// What can be answered; null when a worker has to read it.
    private @Nullable FetchRead read() {
        FetchRead read = aside;
        if (read != null) {
            aside = null;
            return read;
        }
        read = pass(false);
        read.read(session);
        if (!read.cold()) {
            return read;
        }
        read.release();
        reading = true;
        parts.readers().of(context.connectionId()).read(this::readAside);
        return null;
    }

    /// On a worker.
    private void readAside() {
        FetchRead read = pass(true);
        try {
            read.read(session);
        } finally {
            try {
                context.loop().execute(() -> readDone(read));
            } catch (RejectedExecutionException ended) {
                read.release();
            }
        }
    }

    private void readDone(FetchRead read) {
        reading = false;
        if (over) {
            read.release();
            giveBack();
        } else {
            aside = read;
            lookAgain();
            if (aside != null) {
                aside.release();
                aside = null;
            }
            awaitOpening();
        }
    }

    private FetchRead pass(boolean waits) {
        return new FetchRead(parts, context, wish, slot.known(), waits, session.size());
    }

    private FetchResponse response(FetchRead read) {
        int id = parts.sessions().establish(slot, parts.config().current().fetchSessionsMax());
        return read.response(session, id);
    }
}
