package io.octavo.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Where a topic's records come from. For the writer's thread.
interface DemoSource extends AutoCloseable {
    DemoTally tally();

    /// How many records a second it would give.
    int perSecond();

    /// The next record, or null when there are no more. Its bytes are good until the next call.
    @Nullable Content next() throws IOException;

    @Override
    default void close() throws IOException {}

    /// @param key null for none
    record Content(@Nullable ByteBuffer key, ByteBuffer value) {}
}
