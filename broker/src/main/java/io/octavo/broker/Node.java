package io.octavo.broker;

import io.octavo.broker.config.BrokerConfig;
import io.octavo.broker.net.Network;
import io.octavo.log.DataDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// One node of the cluster: started, it serves until it is closed. Several may live in one JVM. To
/// be used by one thread.
public final class Node implements AutoCloseable {
    private final BrokerConfig config;
    private final Network network;
    private final List<DataDirectory> directories;
    private final int metricsPort;
    private final Ending ending;

    private Node(BrokerConfig config, Network network, Assembly assembly, Ending ending) {
        this.config = config;
        this.network = network;
        this.ending = ending;
        directories = assembly.dataDirectories();
        metricsPort = assembly.metricsPort();
    }

    /// Loads what a node's network needs: about half of the time that a first start takes. A node
    /// that is started meanwhile, on another thread, waits for it only where it needs it.
    public static void prepare() {
        Network.prepare();
    }

    /// Starts a node and returns when it serves.
    ///
    /// @throws StartFailure when the operator has to mend something first
    public static Node start(BrokerConfig config, Machine machine) throws StartFailure {
        Ending ending = new Ending();
        try {
            Assembly assembly = new Assembly(config, machine, ending);
            Network network = Uninterrupted.call("octavo-start", assembly::run);
            return new Node(config, network, assembly, ending);
        } catch (IOException e) {
            end(ending, e);
            throw new StartFailure(String.valueOf(e.getMessage()), e);
        } catch (RuntimeException | Error e) {
            end(ending, e);
            throw e;
        }
    }

    /// What goes wrong while it ends is not what the caller asked for.
    private static void end(Ending ending, Throwable reason) {
        try {
            Uninterrupted.run("octavo-end", ending::run);
        } catch (RuntimeException | Error more) {
            reason.addSuppressed(more);
        }
    }

    /// Where it listens, as `HOST:PORT`, in the order of `listeners`; the host is `*` where that is
    /// every address.
    public List<String> addresses() {
        return network.bound().stream().map(Network.Bound::toString).toList();
    }

    /// The port at which metrics are served (`octavo.metrics.listener`); -1 where they are not.
    public int metricsPort() {
        return metricsPort;
    }

    /// The line for people that says that it serves.
    ///
    /// @param version of the program
    /// @param startMs how long the start took
    public String readyLine(String version, long startMs) {
        Path data = config.dataDirectories().getFirst().toAbsolutePath().normalize();
        String places = " ready on " + String.join(", ", addresses()) + ", data in " + data;
        String line = "octavo " + version + places + ", after " + startMs + " ms";
        boolean everywhere =
                config.listeners().stream().anyMatch(listener -> listener.host().isEmpty());
        return everywhere && config.advertisedListeners().isEmpty()
                ? line
                        + "; set advertised.listeners if clients reach this machine by a translated address"
                : line;
    }

    /// Lines for people that say how long appends took, one for each data directory that had any.
    public List<String> appendLines() {
        List<String> lines = new ArrayList<>();
        for (DataDirectory directory : directories) {
            if (directory.appendTimes().count() > 0) {
                lines.add(directory.root() + ", appends: " + directory.appendTimes());
            }
        }
        return lines;
    }

    /// Ends: no new requests, parked ones answered, everything forced. Takes at most some 10 s, and
    /// longer only where a disk does for what was begun. Waits, also where the caller is
    /// interrupted.
    @Override
    public void close() {
        Uninterrupted.run("octavo-end", ending::run);
    }
}
