package io.octavo.broker.net;

import io.octavo.broker.api.ApiTable;
import io.octavo.broker.api.DiskReaders;
import io.octavo.broker.api.Handler;
import io.octavo.ports.Clock;
import io.octavo.ports.Loop;
import io.octavo.ports.ManualClock;
import io.octavo.ports.ManualLoop;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/// What tests start their networks with: one event loop, on a port that the system chooses.
final class LocalNetwork {
    static final int FRAME_BYTES_MAX = 100_000;

    private LocalNetwork() {}

    /// One of which nothing is asked that is not in memory; it does not serve yet.
    static Network start(
            List<Handler<?, ?>> handlers,
            Clock clock,
            Consumer<Throwable> fatal,
            Transport transport)
            throws IOException {
        return start(handlers, new ManualLoop(new ManualClock()), clock, fatal, transport);
    }

    static Network start(
            List<Handler<?, ?>> handlers,
            int frameBytesMax,
            Clock clock,
            Consumer<Throwable> fatal,
            Transport transport)
            throws IOException {
        NetConfig.Frames frames = new NetConfig.Frames(frameBytesMax, frameBytesMax);
        return start(handlers, new ManualLoop(new ManualClock()), frames, clock, fatal, transport);
    }

    /// @param reader reads from the disk
    static Network start(
            List<Handler<?, ?>> handlers,
            Loop reader,
            Clock clock,
            Consumer<Throwable> fatal,
            Transport transport)
            throws IOException {
        NetConfig.Frames frames = new NetConfig.Frames(FRAME_BYTES_MAX, 1 << 20);
        return start(handlers, reader, frames, clock, fatal, transport);
    }

    private static Network start(
            List<Handler<?, ?>> handlers,
            Loop reader,
            NetConfig.Frames frames,
            Clock clock,
            Consumer<Throwable> fatal,
            Transport transport)
            throws IOException {
        NetConfig config =
                new NetConfig(
                        List.of(new NetConfig.Endpoint("PLAINTEXT", "", 0)),
                        1,
                        frames,
                        new NetConfig.Connections(100, 100, 600_000),
                        new NetConfig.Sockets(-1, -1, 50));
        DiskReaders readers = new DiskReaders(List.of(reader));
        return Network.start(config, new ApiTable(handlers), readers, clock, fatal, transport);
    }
}
