package io.octavo.bench.broker;

import java.io.IOException;
import java.nio.file.Path;

/// A program that takes messages and gives them out, with the settings its authors ship.
public interface Server {
    /// Its name for people, with the version.
    String name();

    /// What is done once for a new, empty data directory and is no part of a start (Kafka's
    /// `format`).
    ///
    /// @param home an empty directory that is the server's own
    /// @param port where it will listen, on localhost
    void prepare(Path home, int port) throws IOException;

    /// The command that serves on `port` from `home`. The process it starts is the server itself:
    /// its process id is what is measured.
    ProcessBuilder serve(Path home, int port);

    /// Where a server keeps what it stores, below its home.
    static Path data(Path home) {
        return home.resolve("data");
    }
}
