package io.octavo.broker.net;

import java.util.List;

/// What the network is told.
///
/// @param endpoints where to listen, at least one
/// @param loops how many event loops serve connections
/// @param frameBytesMax the largest request, without its length
/// @param frameMemoryBytes what received requests may hold in memory, of all connections together
/// @param connectionsMax beyond this no connection is accepted until another closes
/// @param idleMsMax a connection silent for this long is closed; negative: never
/// @param sockets options of sockets
public record NetConfig(
        List<Endpoint> endpoints,
        int loops,
        int frameBytesMax,
        long frameMemoryBytes,
        int connectionsMax,
        long idleMsMax,
        Sockets sockets) {
    /// Sizes are added and doubled as ints.
    private static final int FRAME_BYTES_LIMIT = 1 << 30;

    public NetConfig {
        endpoints = List.copyOf(endpoints);
        frameBytesMax = Math.min(frameBytesMax, FRAME_BYTES_LIMIT);
        if (endpoints.isEmpty() || loops < 1 || frameBytesMax < Frame.BYTES_MIN) {
            throw new IllegalArgumentException(
                    endpoints.size()
                            + " endpoints, "
                            + loops
                            + " loops, frames of at most "
                            + frameBytesMax
                            + " bytes");
        }
    }

    /// Where to listen.
    ///
    /// @param listenerName as in `listeners`
    /// @param host a name or numeric address; empty for every address of the machine
    /// @param port 0 lets the system choose
    public record Endpoint(String listenerName, String host, int port) {
        @Override
        public String toString() {
            return Address.text(host.isEmpty() ? "*" : host, port);
        }
    }

    /// Options of sockets.
    ///
    /// @param sendBufferBytes -1 leaves it to the system, which fits it to the connection
    /// @param receiveBufferBytes as `sendBufferBytes`
    /// @param backlog how many connections may wait to be accepted
    public record Sockets(int sendBufferBytes, int receiveBufferBytes, int backlog) {}
}
