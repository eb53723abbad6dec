package io.octavo.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.junit.jupiter.api.Test;

class BatchProducerTest {
    private static final MessageLoad LOAD = new MessageLoad("localhost:1", "topic", 1, 200);

    /// Within the longest that a batch may linger here, whose timestamps take a byte more.
    @Test
    void fiftyMessagesFitIntoABatchAndNoMore() {
        assertThat(messagesInABatch(0)).isEqualTo(50);
        assertThat(messagesInABatch(5)).isEqualTo(50);
    }

    private static int messagesInABatch(int msBetween) {
        Map<String, Object> settings = Settings.of(BatchProducer.batching(50, LOAD));
        int size = Integer.parseInt((String) settings.get("batch.size"));
        try (MemoryRecordsBuilder batch =
                MemoryRecords.builder(
                        ByteBuffer.allocate(size),
                        RecordBatch.CURRENT_MAGIC_VALUE,
                        Compression.NONE,
                        TimestampType.CREATE_TIME,
                        0)) {
            int messages = 0;
            long timestamp = 1_700_000_000_000L;
            while (batch.hasRoomFor(timestamp, null, LOAD.message(), Record.EMPTY_HEADERS)) {
                batch.append(timestamp, null, LOAD.message());
                timestamp += msBetween;
                messages++;
            }
            return messages;
        }
    }
}
