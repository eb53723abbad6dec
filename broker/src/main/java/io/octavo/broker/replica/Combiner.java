package io.octavo.broker.replica;

import io.octavo.ports.Afterwards;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A lock that nobody waits for (flat combining: Hendler, Incze, Shavit and Tzafrir, SPAA 2010).
/// Who finds it taken leaves the operation in a queue and goes; who holds it runs what has queued
/// up before leaving.
///
/// ```
///  submit(op) ── queue empty, lock free ──> run op ─────────┐
///      │                                                    ├─> release ─> op.after() ─> look at the queue again
///      └── otherwise: enqueue; lock free? ──> run the queue ┘
/// ```
///
/// Operations run one at a time, each seeing what the one before did, in the order in which one
/// thread submitted them. The queue stops at an operation that is not ready: whatever makes it
/// ready calls [#resume()]. How much can queue up is bounded by its users: a connection has a
/// limited number of unanswered requests, and for those that were answered there is [GivenUp].
final class Combiner {
    private static final Logger LOGGER = LoggerFactory.getLogger(Combiner.class);

    /// In the object itself, as there are thousands: each further object that an append touches has
    /// left the processor's caches by the next one.
    private static final AtomicIntegerFieldUpdater<Combiner> HELD =
            AtomicIntegerFieldUpdater.newUpdater(Combiner.class, "held");

    private static final int FREE = 0;
    private static final int TAKEN = 1;

    private volatile int held = FREE;
    private final ConcurrentLinkedQueue<Operation> queue = new ConcurrentLinkedQueue<>();

    /// Runs `operation` now, or leaves it to whoever holds the lock, or to [#resume()].
    void submit(Operation operation) {
        if (!runNow(operation)) {
            queue.add(operation);
        }
        resume();
    }

    private boolean runNow(Operation operation) {
        if (!queue.isEmpty() || !operation.ready() || !take()) {
            return false;
        }
        boolean ready = false;
        try {
            // Who had the lock in between may have changed that; from now on nobody does.
            ready = operation.ready();
            if (ready) {
                run(operation);
            }
        } finally {
            held = FREE;
        }
        if (ready) {
            tell(operation);
        }
        return ready;
    }

    /// Runs `operation` now if nobody holds the lock and nothing waits for it; for what may block,
    /// and must therefore not be left to whoever comes by.
    ///
    /// @return whether it ran
    boolean attempt(Operation operation) {
        if (!queue.isEmpty() || !take()) {
            return false;
        }
        try {
            run(operation);
        } finally {
            held = FREE;
        }
        tell(operation);
        resume();
        return true;
    }

    /// Runs the operations at the head of the queue that have become ready, unless the lock is
    /// held.
    void resume() {
        if (headReady()) {
            Afterwards.run(this::runLeft);
        }
    }

    private void runLeft() {
        do {
            // Nobody who is told of what was done waits for what others have left here.
            Afterwards.flush();
            if (!take()) {
                return;
            }
            Operation first = null;
            try {
                first = runQueue();
            } finally {
                held = FREE;
            }
            while (first != null) {
                Operation next = first.next;
                tell(first);
                first = next;
            }
        } while (headReady());
        Afterwards.flush();
    }

    /// What was run, linked in its order.
    private @Nullable Operation runQueue() {
        Operation first = null;
        Operation last = null;
        while (headReady()) {
            Operation operation = queue.remove();
            run(operation);
            if (last == null) {
                first = operation;
            } else {
                last.next = operation;
            }
            last = operation;
        }
        return first;
    }

    /// A defect in one operation is that one's; the others go on.
    private static void run(Operation operation) {
        try {
            operation.run();
        } catch (RuntimeException defect) {
            LOGGER.error("{} failed", operation, defect);
            operation.failed(defect);
        }
    }

    private static void tell(Operation operation) {
        try {
            operation.after();
        } catch (RuntimeException defect) {
            LOGGER.error("{} could not tell of its end", operation, defect);
        }
    }

    private boolean take() {
        return held == FREE && HELD.compareAndSet(this, FREE, TAKEN);
    }

    private boolean headReady() {
        Operation head = queue.peek();
        return head != null && head.ready();
    }

    /// Something to do under the lock.
    abstract static class Operation {
        private @Nullable Operation next;

        /// Whether it can run; once true, true until another operation has run. Called by any
        /// thread.
        boolean ready() {
            return true;
        }

        /// Does it. Calls nobody outside the room, and takes no other lock.
        abstract void run();

        /// [#run()] threw this. Under the lock.
        void failed(RuntimeException defect) {}

        /// Tells others, with the lock released.
        void after() {}
    }
}
