package io.octavo.broker.net;

import io.octavo.broker.api.DiskReaders;
import io.octavo.log.LogSlice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Has windows of one connection's replies brought into memory before their turn, so that sending
/// them does not make the event loop wait for the disk (KAFKA-7504 is what happens else). Belongs
/// to the event loop.
final class ReadAhead {
    /// A worker reads into this and forgets it: what counts is that the system keeps the pages.
    private static final ThreadLocal<ByteBuffer> SCRATCH =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(ReplyPart.WINDOW_BYTES));

    private final DiskReaders.Reader reader;
    private final Consumer<Runnable> loop;
    private final Runnable arrived;

    /// @param loop has something run on the event loop, unless that has ended
    /// @param arrived run on the loop when something is in memory that was waited for
    ReadAhead(DiskReaders.Reader reader, Consumer<Runnable> loop, Runnable arrived) {
        this.reader = reader;
        this.loop = loop;
        this.arrived = arrived;
    }

    /// Reads a part of a slice; it may be given up meanwhile.
    ///
    /// @param then told on the loop when it is in memory, before the connection goes on; or why it
    ///   cannot be read
    void read(LogSlice slice, int from, int bytes, Consumer<@Nullable IOException> then) {
        slice.retain();
        reader.read(() -> {
            IOException unreadable = load(slice, from, bytes);
            loop.accept(() -> {
                then.accept(unreadable);
                arrived.run();
            });
        });
    }

    /// Reads what lies behind a slice, for the reader's next request; if that cannot be read, it is
    /// that request that is told.
    void readBehind(LogSlice slice) {
        slice.retain();
        reader.read(() -> load(slice, slice.sizeBytes(), ReplyPart.WINDOW_BYTES));
    }

    /// Whether others wait, so that nothing should be read before it is needed.
    boolean isBusy() {
        return reader.isBusy();
    }

    /// On the worker.
    ///
    /// @return why not, if it could not be read
    private static @Nullable IOException load(LogSlice slice, int from, int bytes) {
        try {
            slice.readAhead(SCRATCH.get().clear().limit(bytes), from);
            return null;
        } catch (IOException unreadable) {
            return unreadable;
        } finally {
            slice.release();
        }
    }
}
