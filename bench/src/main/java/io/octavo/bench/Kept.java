package io.octavo.bench;

import java.util.HashMap;
import java.util.Map;

/// Settings under which a broker deletes old segments as fast as it is written to.
final class Kept {
    /// Of a broker: by default both look for old segments every five minutes.
    static final Map<String, String> LOOKED_AFTER_EVERY_SECOND =
            Map.of("log.retention.check.interval.ms", "1000");

    /// Kafka waits for a minute before it unlinks.
    private static final Map<String, String> SMALL_SEGMENTS =
            Map.of("segment.bytes", Integer.toString(128 << 20), "file.delete.delay.ms", "100");

    private Kept() {}

    /// Of a topic that keeps no more than so many bytes.
    static Map<String, String> of(long bytes) {
        Map<String, String> settings = new HashMap<>(SMALL_SEGMENTS);
        settings.put("retention.bytes", Long.toString(bytes));
        return settings;
    }
}
