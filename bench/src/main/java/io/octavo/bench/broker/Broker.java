package io.octavo.bench.broker;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A program that serves Kafka's protocol, with the settings its authors ship.
public interface Broker {
    /// Its name for people, with the version.
    String name();

    /// What is done once for a new, empty data directory and is no part of a start (Kafka's
    /// `format`).
    ///
    /// @param home an empty directory that is the broker's own
    /// @param port where it will listen, on localhost
    void prepare(Path home, int port) throws IOException;

    /// The command that serves on `port` from `home`. The process it starts is the broker itself:
    /// its process id is what is measured.
    ProcessBuilder serve(Path home, int port);

    /// The same program with more settings; names and units are Kafka's.
    Broker with(Map<String, String> settings);

    /// The same program in a JVM with more options.
    Broker withJvmOptions(List<String> options);

    /// The settings of a topic whose records are acknowledged once the operating system has them.
    Map<String, String> unforced();
}
