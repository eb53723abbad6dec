package io.octavo.broker.shard;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The state of one shard. Loaded by one thread, and then the shard's loop's.
public interface StateMachine {
    /// Takes over a record of the log, in the log's order.
    ///
    /// @param value null where nothing of this key is left
    /// @param adopted whether it was written in another cluster, whose topics have other ids
    /// @throws RuntimeException if it is not understood: the load ends, and nothing of it is used
    void load(ByteBuffer key, @Nullable ByteBuffer value, boolean adopted);

    /// Everything is loaded, and requests may come from now on.
    ///
    /// @param turns how operations that nobody asked for get their turn
    void begin(Turns turns);

    /// A turn of this key has ended, whatever came of it, and nothing of the key is on its way: its
    /// state is what it is until the next turn. Not called any more after [#end].
    default void settled(String key) {}

    /// No request comes any more, because another broker is asked now. Answers what waits.
    void end();
}
