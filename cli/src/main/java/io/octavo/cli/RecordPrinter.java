package io.octavo.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octavo.client.ConsumerRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// Prints the records of a poll, and then writes them all at once.
final class RecordPrinter {
    /// Of a poll that was larger than this no memory is kept.
    private static final int KEPT_BYTES_MAX = 4 << 20;

    private final Streams streams;
    private final RecordFormat format;
    private final boolean json;
    private ByteArrayOutputStream batch = new ByteArrayOutputStream();

    /// @param json a record a line, in place of the format
    RecordPrinter(Streams streams, RecordFormat format, boolean json) {
        this.streams = streams;
        this.format = format;
        this.json = json;
    }

    void print(ConsumerRecord record) {
        if (json) {
            batch.writeBytes((json(record) + "\n").getBytes(StandardCharsets.UTF_8));
        } else {
            format.print(record, batch);
        }
    }

    /// Writes what was printed.
    ///
    /// @return false when nobody reads it any more
    /// @throws Failure when it cannot be written
    boolean flush() {
        try {
            batch.writeTo(streams.out());
        } catch (IOException never) {
            // It keeps what goes wrong to itself: see below.
            throw new UncheckedIOException(never);
        }
        if (batch.size() > KEPT_BYTES_MAX) {
            batch = new ByteArrayOutputStream();
        }
        batch.reset();
        return streams.out().arrives();
    }

    /// A record on one line; bytes as text where they are UTF-8.
    static String json(ConsumerRecord record) {
        ObjectNode node = Json.object();
        node.put("topic", record.partition().topic());
        node.put("partition", record.partition().partition());
        node.put("offset", record.offset());
        node.put("timestamp", record.timestamp());
        Json.putRecord(node, record.key(), record.value(), record.headers());
        return Json.line(node);
    }
}
