package io.octavo.system;

import java.nio.file.Path;

/// A broker in a process of its own, ours or Apache's, on an address of this machine.
public interface BrokerProcess extends AutoCloseable {
    /// Starts the broker under test with its data below `directory`: ours, or an Apache Kafka where
    /// `-Doctavo.system.broker=kafka` asks whether a test holds for the original.
    ///
    /// @param settings `name=value`
    static BrokerProcess start(Path directory, String... settings) {
        return "kafka".equals(System.getProperty("octavo.system.broker"))
                ? ApacheKafka.start(directory, settings)
                : OctavoProcess.start(directory, settings);
    }

    /// `host:port`, as clients take it.
    String address();

    Child child();

    /// The directory that holds a directory for each partition.
    Path logDirectory();

    /// A broker at the same address, on the same data, with the same settings; this one was stopped
    /// or killed.
    BrokerProcess restart();

    @Override
    default void close() {
        child().close();
    }
}
