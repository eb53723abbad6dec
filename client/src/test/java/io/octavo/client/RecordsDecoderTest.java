package io.octavo.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.protocol.message.FetchResponse.AbortedTransaction;
import io.octavo.protocol.record.Compression;
import io.octavo.protocol.record.EndMarker;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.record.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordsDecoderTest {
    private static final TopicPartition PARTITION = new TopicPartition("t", 0);

    @Test
    void aBatchThatBeginsBeforeThePositionIsReadFromThere() {
        RecordsDecoder decoder = decoder(13, batch(10, 5), batch(15, 2));

        assertThat(offsets(decoder)).containsExactly(13L, 14L, 15L, 16L);
        assertThat(decoder.offset()).isEqualTo(17);
    }

    @Test
    void aCutBatchAtTheEndIsLeftForTheNextFetch() {
        ByteBuffer second = batch(2, 3);
        for (int cut = 1; cut <= second.limit(); cut++) {
            RecordsDecoder decoder = decoder(0, batch(0, 2), second.slice(0, second.limit() - cut));
            assertThat(offsets(decoder)).as("cut by %d", cut).containsExactly(0L, 1L);
            assertThat(decoder.offset()).isEqualTo(2);
        }
    }

    @Test
    void anAnswerWithoutOneWholeBatchIsAnError() {
        RecordsDecoder decoder = decoder(0, batch(0, 2).slice(0, 70));
        assertThatThrownBy(decoder::next)
                .isInstanceOf(Unreadable.class)
                .hasMessageContaining("t-0")
                .hasMessageContaining("cut");
    }

    @Test
    void offsetsThatCompactionRemovedArePassed() {
        RecordBatchBuilder gapped = new RecordBatchBuilder(Compression.GZIP).baseOffset(10);
        gapped.appendAt(12, 0, null, null, List.of());
        ByteBuffer sparse = gapped.build();
        sparse.putInt(RecordBatch.LAST_OFFSET_DELTA_AT, 9);
        new RecordBatch(sparse).stampProducer(-1, (short) -1, -1);

        RecordsDecoder decoder = decoder(10, sparse, batch(30, 1));

        assertThat(offsets(decoder)).containsExactly(12L, 30L);
        assertThat(decoder.offset()).isEqualTo(31);
    }

    @Test
    void controlRecordsAreNotTheApplications() {
        RecordsDecoder decoder =
                decoder(0, transactional(0, 2, 7), marker(2, 7, true), batch(3, 1));

        assertThat(offsets(decoder)).containsExactly(0L, 1L, 3L);
        assertThat(decoder.offset()).isEqualTo(4);
    }

    @Test
    void recordsOfAnAbortedTransactionAreSkippedAndOnlyThose() {
        ByteBuffer[] log = {
            transactional(0, 2, 7),
            transactional(2, 1, 8),
            batch(3, 1),
            marker(4, 7, false),
            transactional(5, 1, 7),
            marker(6, 7, true),
            marker(7, 8, true)
        };
        RecordsDecoder decoder =
                new RecordsDecoder(
                        PARTITION, joined(log), List.of(new AbortedTransaction(7, 0)), 0, true);

        assertThat(offsets(decoder)).containsExactly(2L, 3L, 5L);
        assertThat(decoder.offset()).isEqualTo(8);
    }

    @Test
    void aDamagedBatchIsNamedEveryTimeAndNeverPassed() {
        ByteBuffer damaged = batch(2, 2);
        damaged.put(damaged.limit() - 1, (byte) 77);
        RecordsDecoder decoder = decoder(0, batch(0, 2), damaged, batch(4, 2));
        decoder.next();
        decoder.next();

        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(decoder::next)
                    .isInstanceOf(Unreadable.class)
                    .hasMessageContaining("offset 2");
            assertThat(decoder.offset()).isEqualTo(2);
        }
    }

    private static RecordsDecoder decoder(long offset, ByteBuffer... batches) {
        return new RecordsDecoder(PARTITION, joined(batches), List.of(), offset, true);
    }

    private static List<Long> offsets(RecordsDecoder decoder) {
        List<Long> offsets = new ArrayList<>();
        ConsumerRecord record = decoder.next();
        while (record != null) {
            offsets.add(record.offset());
            record = decoder.next();
        }
        return offsets;
    }

    private static ByteBuffer batch(long baseOffset, int count) {
        return filled(new RecordBatchBuilder(Compression.NONE), baseOffset, count);
    }

    private static ByteBuffer transactional(long baseOffset, int count, long producerId) {
        return filled(
                new RecordBatchBuilder(Compression.NONE)
                        .producer(producerId, (short) 0, 0)
                        .transactional(),
                baseOffset,
                count);
    }

    private static ByteBuffer marker(long offset, long producerId, boolean commits) {
        ByteBuffer batch = new EndMarker(commits, 0).batch(0, producerId, (short) 0);
        new RecordBatch(batch).stamp(offset, 0);
        return batch;
    }

    private static ByteBuffer filled(RecordBatchBuilder builder, long baseOffset, int count) {
        for (int i = 0; i < count; i++) {
            builder.append(0, ByteBuffer.wrap(new byte[] {1}), null, List.of());
        }
        ByteBuffer batch = builder.build();
        new RecordBatch(batch).stamp(baseOffset, 0);
        return batch;
    }

    private static ByteBuffer joined(ByteBuffer... parts) {
        ByteBuffer all = ByteBuffer.allocate(10_000);
        for (ByteBuffer part : parts) {
            all.put(part.duplicate());
        }
        return all.flip();
    }
}
