package io.octavo.broker;

import java.util.ArrayDeque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What has to be undone when a node ends, in the reverse order; each step whatever became of those
/// before. To be used by one thread, save for [#hasBegun].
final class Ending {
    private final ArrayDeque<Step> steps = new ArrayDeque<>();
    private volatile boolean begun;

    /// One thing to undo.
    interface Undoing {
        void run() throws Exception;
    }

    private record Step(String what, Undoing undoing) {}

    /// @param what for the log, when it fails
    void then(String what, Undoing undoing) {
        steps.push(new Step(what, undoing));
    }

    /// Whether the end has begun. Any thread.
    boolean hasBegun() {
        return begun;
    }

    /// Takes every step once; harmless when called again. An error is thrown when all are taken.
    void run() {
        begun = true;
        Error first = null;
        while (!steps.isEmpty()) {
            Step step = steps.pop();
            try {
                step.undoing.run();
            } catch (Exception e) {
                Lazily.LOGGER.error("could not {}", step.what, e);
            } catch (Error e) {
                Lazily.LOGGER.error("could not {}", step.what, e);
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }

    /// An end that goes well sets no logging up.
    private static final class Lazily {
        static final Logger LOGGER = LoggerFactory.getLogger(Node.class);
    }
}
