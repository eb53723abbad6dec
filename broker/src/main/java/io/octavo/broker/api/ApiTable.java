package io.octavo.broker.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The APIs that are served. Immutable.
public final class ApiTable {
    /// Far above Kafka's highest key (92 in 4.3); the table is an array.
    private static final int KEYS_MAX = 1_024;

    private final @Nullable Handler<?, ?>[] byKey;
    private final List<Handler<?, ?>> handlers;

    /// @param handlers one for each API
    /// @throws IllegalArgumentException when two serve the same API
    public ApiTable(List<? extends Handler<?, ?>> handlers) {
        this.handlers = List.copyOf(handlers);
        @Nullable Handler<?, ?>[] table = new Handler<?, ?>[highestKey(handlers) + 1];
        for (Handler<?, ?> handler : handlers) {
            int key = handler.api().key();
            if (table[key] != null) {
                throw new IllegalArgumentException("two handlers serve " + handler.api().name());
            }
            table[key] = handler;
        }
        byKey = table;
    }

    /// The handler of an API, or null when the API is not served. Any number may be asked for.
    public @Nullable Handler<?, ?> handler(int key) {
        return key >= 0 && key < byKey.length ? byKey[key] : null;
    }

    /// All handlers, as given.
    public List<Handler<?, ?>> handlers() {
        return handlers;
    }

    private static int highestKey(List<? extends Handler<?, ?>> handlers) {
        int highest = -1;
        for (Handler<?, ?> handler : handlers) {
            int key = handler.api().key();
            if (key < 0 || key >= KEYS_MAX) {
                throw new IllegalArgumentException(
                        handler.api().name()
                                + " has key "
                                + key
                                + ", not in [0, "
                                + KEYS_MAX
                                + ")");
            }
            highest = Math.max(highest, key);
        }
        return highest;
    }
}
