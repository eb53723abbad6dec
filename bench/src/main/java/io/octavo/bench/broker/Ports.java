package io.octavo.bench.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/// Ports that nobody listens on. Both brokers must be told a port before they start, so it is asked
/// of the system and released again; another process may take it first, and then the start fails
/// and says so.
final class Ports {
    private Ports() {}

    static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
