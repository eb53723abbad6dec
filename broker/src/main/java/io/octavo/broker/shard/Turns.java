package io.octavo.broker.shard;

import io.octavo.ports.Loop;
import java.util.function.Supplier;

/// How a state machine's own operations get their turn. On the shard's loop.
public interface Turns {
    /// Whether the shard is still served here. Any thread.
    boolean serves();

    /// Runs an operation as soon as no write of the same key is on its way.
    void run(String key, Supplier<Write> operation);

    /// Runs an operation after this time, unless it is cancelled or the shard's service ends
    /// before. An operation whose time has come may still wait for its turn: it looks for itself
    /// whether it is still wanted.
    Loop.Timer schedule(String key, long delayMs, Supplier<Write> operation);
}
