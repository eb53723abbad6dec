package io.octavo.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octavo.client.ConsumerRecord;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Prints the records of a poll, and then writes them all at once.
final class RecordPrinter {
    private final Streams streams;
    private final RecordFormat format;
    private final boolean json;
    private final ByteArrayOutputStream batch = new ByteArrayOutputStream();

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
        streams.out().write(batch.toByteArray(), 0, batch.size());
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
