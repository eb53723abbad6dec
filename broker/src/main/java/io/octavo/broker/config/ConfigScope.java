package io.octavo.broker.config;

/// How a broker setting may change while the broker runs.
public enum ConfigScope {
    /// Only by a restart.
    READ_ONLY,
    /// For one broker at a time.
    PER_BROKER,
    /// For one broker, or as the default of all.
    CLUSTER_WIDE
}
