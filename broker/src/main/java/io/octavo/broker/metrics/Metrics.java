package io.octavo.broker.metrics;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// The sources of a node's metrics. Safe for any thread.
public final class Metrics {
    private final List<Source> sources = new CopyOnWriteArrayList<>();

    /// Somebody who has numbers to tell.
    @FunctionalInterface
    public interface Source {
        /// Tells them, as they are now. Called on any thread, also of several readers at a time;
        /// must not wait.
        void tell(Reading reading);
    }

    public void add(Source source) {
        sources.add(source);
    }

    Reading read() {
        Reading reading = new Reading();
        sources.forEach(source -> source.tell(reading));
        return reading;
    }
}
