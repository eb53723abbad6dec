package io.octavo.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.ports.Randomness;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecords.RecordFilter.BatchRetention;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.utils.BufferSupplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What is left of batches here and in Kafka's own cleaner, given the same records to keep.
class BatchFilterTest {
    private static final int SEEDS = 60;
    private static final long BASE_OFFSET = 4_711;
    private static final long NOW_MS = RecordSamples.BASE_TIMESTAMP + 5_000_000;
    private static final long RETENTION_MS = 86_400_000;

    @ParameterizedTest
    @EnumSource(Compression.class)
    void whatIsLeftIsWhatKafkaLeaves(Compression codec) {
        for (int seed = 0; seed < SEEDS; seed++) {
            Randomness random = Randomness.seeded(seed);
            List<LogRecord> records = RecordSamples.of(random, 1 + random.nextInt(40), BASE_OFFSET);
            int keptPercent = random.nextInt(4) * 34;
            long dice = random.nextLong();
            RecordBatch batch = batch(codec, records);

            RecordBatch ours = filtered(batch, dice, keptPercent);
            RecordBatch again = filtered(ours, dice + 1, keptPercent);

            assertSame(ours, theirs(batch, dice, keptPercent), "seed " + seed);
            assertSame(again, theirs(ours, dice + 1, keptPercent), "seed " + seed + " again");
        }
    }

    private static void assertSame(RecordBatch ours, RecordBatch theirs, String what) {
        assertThat(ours.crcValid()).as(what).isTrue();
        assertThat(ours.records()).as(what).isEqualTo(theirs.records());
        assertThat(ours.baseOffset()).as(what).isEqualTo(theirs.baseOffset());
        assertThat(ours.lastOffset()).as(what).isEqualTo(theirs.lastOffset());
        assertThat(ours.leaderEpoch()).as(what).isEqualTo(theirs.leaderEpoch());
        assertThat(ours.attributes()).as(what).isEqualTo(theirs.attributes());
        assertThat(ours.maxTimestamp()).as(what).isEqualTo(theirs.maxTimestamp());
        assertThat(ours.producerId()).as(what).isEqualTo(theirs.producerId());
        assertThat(ours.producerEpoch()).as(what).isEqualTo(theirs.producerEpoch());
        assertThat(ours.baseSequence()).as(what).isEqualTo(theirs.baseSequence());
        assertThat(ours.count()).as(what).isEqualTo(theirs.count());
        if (ours.hasDeleteHorizon() || ours.count() == 0) {
            assertThat(ours.baseTimestamp()).as(what).isEqualTo(theirs.baseTimestamp());
        }
    }

    private static RecordBatch filtered(RecordBatch batch, long dice, int keptPercent) {
        BatchFilter filter = new BatchFilter(batch, Compression.outputBytesMax(batch.sizeBytes()));
        while (filter.next()) {
            if (stays(filter.record().offset(), dice, keptPercent)) {
                filter.keep();
            }
        }
        if (filter.kept() == 0) {
            return BatchFilter.emptied(batch);
        }
        if (filter.keepsTombstone() && !batch.hasDeleteHorizon()) {
            return filter.build(NOW_MS + RETENTION_MS);
        }
        return filter.keepsAll() ? batch : filter.build();
    }

    private static RecordBatch theirs(RecordBatch batch, long dice, int keptPercent) {
        ByteBuffer into = ByteBuffer.allocate(1 << 16);
        MemoryRecords.RecordFilter filter =
                new MemoryRecords.RecordFilter(NOW_MS, RETENTION_MS) {
                    @Override
                    protected BatchRetentionResult checkBatchRetention(
                            org.apache.kafka.common.record.internal.RecordBatch any) {
                        return new BatchRetentionResult(BatchRetention.RETAIN_EMPTY, false);
                    }

                    @Override
                    protected boolean shouldRetainRecord(
                            org.apache.kafka.common.record.internal.RecordBatch any,
                            Record record) {
                        return stays(record.offset(), dice, keptPercent);
                    }
                };
        ByteBuffer left =
                MemoryRecords.readableRecords(batch.bytes())
                        .filterTo(filter, into, BufferSupplier.NO_CACHING)
                        .outputBuffer();
        return new RecordBatch(left.flip());
    }

    private static boolean stays(long offset, long dice, int keptPercent) {
        return Math.floorMod((offset * 0x9E3779B97F4A7C15L) ^ dice, 100) < keptPercent;
    }

    private static RecordBatch batch(Compression codec, List<LogRecord> records) {
        return new RecordBatch(
                RecordSamples.build(
                        new RecordBatchBuilder(codec)
                                .baseOffset(BASE_OFFSET)
                                .leaderEpoch(9)
                                .producer(12, (short) 3, 77),
                        records));
    }
}
