package io.octavo.broker;

import io.octavo.broker.api.ApiTable;
import io.octavo.broker.api.Handler;
import io.octavo.broker.config.BrokerConfig;
import io.octavo.broker.config.ListenerAddress;
import io.octavo.broker.net.NetConfig;
import io.octavo.broker.net.Network;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// One node: started, it serves until it is closed. Several may live in one JVM. To be used by one
/// thread.
public final class Node implements AutoCloseable {
    /// How long parked requests and their replies may take when the node is closed; with what else
    /// an end takes, all of it stays below 10 s.
    private static final long REPLIES_WAIT_MS = 5_000;

    private final BrokerConfig config;
    private final Network network;

    private Node(BrokerConfig config, Network network) {
        this.config = config;
        this.network = network;
    }

    /// Starts a node and returns when it serves.
    ///
    /// @throws StartFailure when the operator has to mend something first
    public static Node start(BrokerConfig config, Machine machine) throws StartFailure {
        try {
            List<Handler<?, ?>> handlers = new ArrayList<>();
            Network network =
                    Network.start(
                            netConfig(config),
                            new ApiTable(handlers),
                            machine.clock(),
                            cause -> machine.stop().accept(String.valueOf(cause)));
            return new Node(config, network);
        } catch (IOException e) {
            throw new StartFailure(String.valueOf(e.getMessage()), e);
        }
    }

    /// Where it listens, as `HOST:PORT`, in the order of `listeners`; the host is `*` where that is
    /// every address.
    public List<String> addresses() {
        return network.bound().stream().map(Network.Bound::toString).toList();
    }

    /// The line for people that says that it serves.
    ///
    /// @param version of the program
    /// @param startMs how long the start took
    public String readyLine(String version, long startMs) {
        StringBuilder line = new StringBuilder("octavo ").append(version);
        line.append(" ready on ").append(String.join(", ", addresses()));
        line.append(", data in ")
                .append(config.dataDirectories().getFirst().toAbsolutePath().normalize());
        line.append(", after ").append(startMs).append(" ms");
        boolean everywhere =
                config.listeners().stream().anyMatch(listener -> listener.host().isEmpty());
        if (everywhere && config.advertisedListeners().isEmpty()) {
            line.append(
                    "; set advertised.listeners if clients reach this machine by a translated address");
        }
        return line.toString();
    }

    /// Ends: no new requests, parked ones answered, everything forced. Takes at most 10 s.
    @Override
    public void close() {
        network.drain();
        network.close(REPLIES_WAIT_MS);
    }

    private static NetConfig netConfig(BrokerConfig config) {
        List<NetConfig.Endpoint> endpoints = new ArrayList<>();
        for (ListenerAddress listener : config.listeners()) {
            endpoints.add(
                    new NetConfig.Endpoint(listener.name(), listener.host(), listener.port()));
        }
        return new NetConfig(
                endpoints,
                loops(config),
                new NetConfig.Frames(config.requestBytesMax(), config.requestMemoryBytes()),
                new NetConfig.Connections(
                        config.connectionsMax(),
                        config.connectionsPerIpMax(),
                        config.connectionIdleMsMax()),
                new NetConfig.Sockets(
                        config.sendBufferBytes(),
                        config.receiveBufferBytes(),
                        config.listenBacklog()));
    }

    /// Event loops run to completion, so that one of them does what takes Apache Kafka several
    /// threads; more than half of the processors would only take time from each other and from the
    /// disk's threads (measured: a second loop on two processors costs CPU and the 99th
    /// percentile).
    private static int loops(BrokerConfig config) {
        int half = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        return Math.min(config.networkThreads(), half);
    }
}
