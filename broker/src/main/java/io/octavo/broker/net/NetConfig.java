package io.octavo.broker.net;

import java.util.List;

/// What the network is told.
///
/// @param endpoints where to listen, at least one
/// @param loops how many event loops serve connections
/// @param frames limits of received requests
/// @param connections limits of connections
/// @param sockets options of sockets
public record NetConfig(
        List<Endpoint> endpoints,
        int loops,
        Frames frames,
        Connections connections,
        Sockets sockets) {
    public NetConfig {
        endpoints = List.copyOf(endpoints);
        if (endpoints.isEmpty() || loops < 1) {
            throw new IllegalArgumentException(
                    endpoints.size() + " endpoints, " + loops + " loops");
        }
    }

    /// Limits of received requests.
    ///
    /// @param bytesMax the largest request, without its length; at most 1 GiB
    /// @param memoryBytes what received requests may hold in memory, of all connections together
    public record Frames(int bytesMax, long memoryBytes) {
        /// Sizes are added as ints.
        private static final int BYTES_LIMIT = 1 << 30;

        public Frames {
            bytesMax = Math.clamp(bytesMax, Frame.BYTES_MIN, BYTES_LIMIT);
        }
    }

    /// Limits of connections.
    ///
    /// @param max beyond this none is accepted until another closes
    /// @param perAddressMax a further one from the same address is closed
    /// @param idleMsMax one that is silent for this long is closed; negative: never
    public record Connections(int max, int perAddressMax, long idleMsMax) {}

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
