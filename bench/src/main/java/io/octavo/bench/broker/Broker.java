package io.octavo.bench.broker;

import java.util.List;
import java.util.Map;

/// A server of Kafka's protocol.
public interface Broker extends Server {
    /// The same program with more settings; names and units are Kafka's.
    Broker with(Map<String, String> settings);

    /// The same program in a JVM with more options.
    Broker withJvmOptions(List<String> options);

    /// The settings of a topic whose records are acknowledged once the operating system has them.
    Map<String, String> unforced();
}
