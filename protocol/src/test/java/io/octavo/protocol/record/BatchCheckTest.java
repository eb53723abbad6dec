package io.octavo.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.protocol.api.ErrorCode;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BatchCheckTest {
    private static final long NOW = RecordSamples.BASE_TIMESTAMP;
    private static final int BYTES_MAX = 10_000;
    private static final long BEFORE_MAX = 1_000_000;
    private static final long AFTER_MAX = 1_000;
    private static final BatchLimits LIMITS =
            new BatchLimits(
                    BYTES_MAX, BYTES_MAX, TimestampType.CREATE_TIME, BEFORE_MAX, AFTER_MAX, false);

    @Test
    void aSoundBatchIsTakenAsItIs() {
        ByteBuffer bytes = ByteBuffer.allocate(500).position(100);
        bytes.put(batch(Compression.LZ4, NOW)).flip().position(100);

        BatchCheck.Result result = BatchCheck.header(bytes, LIMITS, 9, false, NOW);

        assertThat(result).isInstanceOf(BatchCheck.Sound.class);
        assertThat(((BatchCheck.Sound) result).batch().bytes()).isEqualTo(bytes);
        assertThat(bytes.position()).isEqualTo(100);
    }

    @Test
    void aMissingOrCutBatchIsAnInvalidRecord() {
        assertThat(code(ByteBuffer.allocate(0))).isEqualTo(ErrorCode.INVALID_RECORD);
        ByteBuffer whole = batch(Compression.NONE, NOW);
        assertThat(code(whole.slice(0, whole.limit() - 1))).isEqualTo(ErrorCode.INVALID_RECORD);
    }

    @Test
    void onlyOneBatchIsTakenAndACutOneBehindItIsNotPartOfIt() {
        ByteBuffer one = batch(Compression.NONE, NOW);
        ByteBuffer two = ByteBuffer.allocate(2 * one.limit());
        two.put(one.duplicate()).put(one.duplicate()).flip();
        assertThat(code(two)).isEqualTo(ErrorCode.INVALID_RECORD);

        for (int extra : new int[] {1, 11, 16, 17, one.limit() - 1}) {
            BatchCheck.Result result =
                    BatchCheck.header(two.slice(0, one.limit() + extra), LIMITS, 9, false, NOW);
            assertThat(result).as("%d bytes more", extra).isInstanceOf(BatchCheck.Sound.class);
            assertThat(((BatchCheck.Sound) result).batch().bytes()).isEqualTo(one);
        }
        two.putInt(one.limit() + RecordBatch.LENGTH_AT, 13);
        assertThat(code(two)).isEqualTo(ErrorCode.CORRUPT_MESSAGE);
    }

    @Test
    void oldAndUnknownFormatsAreRefused() {
        assertThat(changed(b -> b.put(RecordBatch.MAGIC_AT, (byte) 1)))
                .isEqualTo(ErrorCode.INVALID_RECORD);
        assertThat(changed(b -> b.put(RecordBatch.MAGIC_AT, (byte) 3)))
                .isEqualTo(ErrorCode.CORRUPT_MESSAGE);
    }

    @Test
    void aLengthThatCannotBeIsCorrupt() {
        assertThat(changed(b -> b.putInt(RecordBatch.LENGTH_AT, 13)))
                .isEqualTo(ErrorCode.CORRUPT_MESSAGE);
        assertThat(changed(b -> b.putInt(RecordBatch.LENGTH_AT, 48)))
                .isEqualTo(ErrorCode.CORRUPT_MESSAGE);
        assertThat(changed(b -> b.putInt(RecordBatch.LENGTH_AT, Integer.MIN_VALUE)))
                .isEqualTo(ErrorCode.CORRUPT_MESSAGE);
        assertThat(changed(b -> b.putInt(RecordBatch.LENGTH_AT, Integer.MAX_VALUE)))
                .isEqualTo(ErrorCode.INVALID_RECORD);
    }

    @Test
    void aWrongCrcIsCorrupt() {
        ByteBuffer bytes = batch(Compression.NONE, NOW);
        bytes.put(bytes.limit() - 1, (byte) 99);
        assertThat(code(bytes)).isEqualTo(ErrorCode.CORRUPT_MESSAGE);
    }

    @Test
    void moreRecordsThanThereAreBytesForAreInvalid() {
        for (Compression codec : new Compression[] {Compression.NONE, Compression.ZSTD}) {
            ByteBuffer bytes = batch(codec, NOW);
            bytes.putInt(RecordBatch.LAST_OFFSET_DELTA_AT, Integer.MAX_VALUE - 2);
            bytes.putInt(RecordBatch.COUNT_AT, Integer.MAX_VALUE - 1);
            new RecordBatch(bytes).stampProducer(-1, (short) -1, -1);

            assertThat(code(bytes)).as("%s", codec).isEqualTo(ErrorCode.INVALID_RECORD);
        }
    }

    @Test
    void theProducersOffsetsBeginAtZero() {
        assertThat(changed(b -> b.putLong(RecordBatch.BASE_OFFSET_AT, 1)))
                .isEqualTo(ErrorCode.INVALID_RECORD);
    }

    @Test
    void sizesAreLimitedByTheTopic() {
        ByteBuffer bytes = batch(Compression.NONE, NOW);
        int size = bytes.limit();
        assertThat(code(bytes, limits(size, size))).isNull();
        assertThat(code(bytes, limits(size - 1, size))).isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);
        assertThat(code(bytes, limits(size, size - 1))).isEqualTo(ErrorCode.RECORD_LIST_TOO_LARGE);
    }

    @Test
    void countsAndOffsetsHaveToAgree() {
        for (int count : new int[] {0, -1, 1, 3, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            assertThat(changed(b -> b.putInt(RecordBatch.COUNT_AT, count)))
                    .as("count %d", count)
                    .isEqualTo(ErrorCode.INVALID_RECORD);
        }
        for (int delta : new int[] {0, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            assertThat(changed(b -> b.putInt(RecordBatch.LAST_OFFSET_DELTA_AT, delta)))
                    .as("delta %d", delta)
                    .isEqualTo(ErrorCode.INVALID_RECORD);
        }
    }

    @Test
    void codecsAreKnownAndZstdNeedsItsVersion() {
        assertThat(changed(b -> b.putShort(RecordBatch.ATTRIBUTES_AT, (short) 5)))
                .isEqualTo(ErrorCode.UNSUPPORTED_COMPRESSION_TYPE);
        ByteBuffer zstd = batch(Compression.ZSTD, NOW);
        assertThat(code(BatchCheck.header(zstd, LIMITS, 6, false, NOW)))
                .isEqualTo(ErrorCode.UNSUPPORTED_COMPRESSION_TYPE);
        assertThat(code(BatchCheck.header(zstd, LIMITS, 7, false, NOW))).isNull();
    }

    @Test
    void clientsWriteNoControlRecords() {
        ByteBuffer bytes = new EndMarker(true, 0).batch(NOW, 1, (short) 0);
        assertThat(code(BatchCheck.header(bytes, LIMITS, 9, true, NOW)))
                .isEqualTo(ErrorCode.INVALID_RECORD);
    }

    @Test
    void aProducerIdGoesWithAnEpochAndASequence() {
        assertThat(produced(5, 0, 0, false)).isNull();
        assertThat(produced(5, 0, -1, false)).isEqualTo(ErrorCode.INVALID_RECORD);
        assertThat(produced(5, -1, 0, false)).isEqualTo(ErrorCode.INVALID_RECORD);
    }

    @Test
    void transactionalBatchesNeedATransactionalRequest() {
        assertThat(produced(5, 0, 0, true))
                .isEqualTo(ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED);
        assertThat(produced(-1, -1, -1, true)).isEqualTo(ErrorCode.INVALID_RECORD);
    }

    @Test
    void timestampsAreWithinTheTopicsLimits() {
        assertThat(timed(NOW - BEFORE_MAX, LIMITS)).isNull();
        assertThat(timed(NOW - BEFORE_MAX - 1, LIMITS)).isEqualTo(ErrorCode.INVALID_TIMESTAMP);
        assertThat(timed(NOW + AFTER_MAX, LIMITS)).isNull();
        assertThat(timed(NOW + AFTER_MAX + 1, LIMITS)).isEqualTo(ErrorCode.INVALID_TIMESTAMP);
        assertThat(timed(RecordBatch.NO_TIMESTAMP, LIMITS)).isNull();
        assertThat(timed(Long.MIN_VALUE, LIMITS)).isEqualTo(ErrorCode.INVALID_TIMESTAMP);

        BatchLimits none =
                new BatchLimits(
                        BYTES_MAX,
                        BYTES_MAX,
                        TimestampType.CREATE_TIME,
                        Long.MAX_VALUE,
                        Long.MAX_VALUE,
                        false);
        assertThat(timed(0, none)).isNull();
        assertThat(timed(Long.MAX_VALUE, none)).isNull();
        BatchLimits stamped =
                new BatchLimits(BYTES_MAX, BYTES_MAX, TimestampType.LOG_APPEND_TIME, 0, 0, false);
        assertThat(timed(0, stamped)).isNull();
    }

    @Test
    void onlyTheBrokerMarksAppendTimes() {
        ByteBuffer bytes = batch(Compression.NONE, NOW);
        new RecordBatch(bytes).stampAppendTime(NOW);
        assertThat(code(bytes)).isEqualTo(ErrorCode.INVALID_TIMESTAMP);
    }

    @Test
    void aCompactedTopicNamesTheRecordsWithoutKeys() {
        BatchLimits compacted =
                new BatchLimits(
                        BYTES_MAX,
                        BYTES_MAX,
                        TimestampType.CREATE_TIME,
                        BEFORE_MAX,
                        AFTER_MAX,
                        true);
        RecordBatchBuilder builder = new RecordBatchBuilder(Compression.GZIP);
        builder.append(NOW, RecordSamples.text("k"), null, List.of());
        builder.append(NOW, null, RecordSamples.text("v"), List.of());

        BatchCheck.Result result =
                BatchCheck.records(new RecordBatch(builder.build()), compacted, NOW);

        assertThat(code(result)).isEqualTo(ErrorCode.INVALID_RECORD);
        assertThat(((BatchCheck.Refused) result).records())
                .extracting(BatchCheck.RecordError::index)
                .containsExactly(1);
    }

    @Test
    void recordsAreLookedAtOneByOneWhereThatIsAskedFor() {
        RecordBatchBuilder builder = new RecordBatchBuilder(Compression.SNAPPY);
        builder.append(NOW, null, null, List.of());
        builder.append(NOW - BEFORE_MAX - 5, null, null, List.of());
        builder.append(NOW, null, null, List.of());
        RecordBatch batch = new RecordBatch(builder.build());
        assertThat(code(BatchCheck.header(batch.bytes(), LIMITS, 9, false, NOW)))
                .as("the header does not tell the earliest time")
                .isNull();
        assertThat(code(BatchCheck.records(batch, LIMITS, NOW)))
                .isEqualTo(ErrorCode.INVALID_TIMESTAMP);

        RecordBatchBuilder gapped = new RecordBatchBuilder(Compression.NONE);
        gapped.appendAt(1, NOW, null, null, List.of());
        assertThat(code(BatchCheck.records(new RecordBatch(gapped.build()), LIMITS, NOW)))
                .isEqualTo(ErrorCode.INVALID_RECORD);

        ByteBuffer damaged = batch(Compression.ZSTD, NOW);
        damaged.put(RecordBatch.HEADER_BYTES, (byte) 0);
        assertThat(code(BatchCheck.records(new RecordBatch(damaged), LIMITS, NOW)))
                .isEqualTo(ErrorCode.INVALID_RECORD);
    }

    @Test
    void aBatchIsTheSameUnderAnotherCodec() {
        for (Compression from : Compression.values()) {
            for (Compression to : Compression.values()) {
                RecordBatch batch = new RecordBatch(batch(from, NOW));

                RecordBatch made =
                        batch.recompressed(
                                to, Compression.DEFAULT_LEVEL, Compression.OUTPUT_BYTES_MAX);

                assertThat(made.compression()).isEqualTo(to);
                assertThat(made.crcValid()).isTrue();
                assertThat(made.records()).isEqualTo(batch.records());
            }
        }
    }

    private static ByteBuffer batch(Compression codec, long timestamp) {
        RecordBatchBuilder builder = new RecordBatchBuilder(codec);
        builder.append(
                timestamp, RecordSamples.text("key"), RecordSamples.text("value"), List.of());
        builder.append(timestamp, null, null, List.of(new Header("h", null)));
        return builder.build();
    }

    private static BatchLimits limits(int messageBytesMax, int segmentBytesMax) {
        return new BatchLimits(
                messageBytesMax,
                segmentBytesMax,
                TimestampType.CREATE_TIME,
                BEFORE_MAX,
                AFTER_MAX,
                false);
    }

    private static @Nullable ErrorCode changed(Consumer<ByteBuffer> change) {
        ByteBuffer bytes = batch(Compression.NONE, NOW);
        change.accept(bytes);
        RecordBatch batch = new RecordBatch(bytes);
        if (batch.isWhole()) {
            batch.stampProducer(-1, (short) -1, -1);
        }
        return code(bytes);
    }

    private static @Nullable ErrorCode produced(
            long id, int epoch, int sequence, boolean transactional) {
        RecordBatchBuilder builder =
                new RecordBatchBuilder(Compression.NONE).producer(id, (short) epoch, sequence);
        if (transactional) {
            builder.transactional();
        }
        builder.append(NOW, null, null, List.of());
        return code(builder.build());
    }

    private static @Nullable ErrorCode timed(long timestamp, BatchLimits limits) {
        return code(batch(Compression.NONE, timestamp), limits);
    }

    private static @Nullable ErrorCode code(ByteBuffer bytes) {
        return code(bytes, LIMITS);
    }

    private static @Nullable ErrorCode code(ByteBuffer bytes, BatchLimits limits) {
        return code(BatchCheck.header(bytes, limits, 9, false, NOW));
    }

    private static @Nullable ErrorCode code(BatchCheck.Result result) {
        return switch (result) {
            case BatchCheck.Sound sound -> null;
            case BatchCheck.Refused refused -> refused.code();
        };
    }
}
