package io.octavo.broker.config;

/// Where a value comes from, with the number the protocol has for it (DescribeConfigs v1, KIP-226).
public enum ConfigSource {
    TOPIC(1),
    /// Altered at run time for one broker.
    DYNAMIC_BROKER(2),
    /// Altered at run time for all brokers.
    DYNAMIC_DEFAULT(3),
    /// Given at the start: command line, environment or file.
    STATIC(4),
    DEFAULT(5),
    GROUP(8);

    private final byte code;

    ConfigSource(int code) {
        this.code = (byte) code;
    }

    /// The number in DescribeConfigs.
    public byte code() {
        return code;
    }
}
