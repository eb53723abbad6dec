package io.octavo.client;

import io.octavo.protocol.record.Header;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A record to be written.
///
/// @param partition which, or [#ANY_PARTITION]: then the key decides, as in Kafka's clients, and
///   without a key the producer
/// @param timestamp milliseconds since 1970, or [#NOW]
/// @param key null for none; read when the record is sent, not moved, and free again when `send`
///   returns
/// @param value null for a tombstone; like the key
public record ProducerRecord(
        String topic,
        int partition,
        long timestamp,
        @Nullable ByteBuffer key,
        @Nullable ByteBuffer value,
        List<Header> headers) {
    public static final int ANY_PARTITION = -1;
    public static final long NOW = -1;

    public ProducerRecord {
        headers = List.copyOf(headers);
    }

    public ProducerRecord(String topic, @Nullable ByteBuffer key, @Nullable ByteBuffer value) {
        this(topic, ANY_PARTITION, NOW, key, value, List.of());
    }
}
