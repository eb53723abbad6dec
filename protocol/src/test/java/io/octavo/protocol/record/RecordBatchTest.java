package io.octavo.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.ports.Randomness;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordBatchTest {
    private static final List<LogRecord> THREE = RecordSamples.of(Randomness.seeded(1), 3, 0);

    @Test
    void aStampChangesOffsetAndEpochAndLeavesTheCrcRight() {
        RecordBatch batch = new RecordBatch(built(Compression.NONE));

        batch.stamp(1_000, 7);

        assertThat(batch.baseOffset()).isEqualTo(1_000);
        assertThat(batch.lastOffset()).isEqualTo(1_002);
        assertThat(batch.nextOffset()).isEqualTo(1_003);
        assertThat(batch.leaderEpoch()).isEqualTo(7);
        assertThat(batch.crcValid()).isTrue();
        assertThat(batch.records())
                .extracting(LogRecord::offset)
                .containsExactly(1_000L, 1_001L, 1_002L);
    }

    @Test
    void anAppendTimeIsTheTimeOfEveryRecord() {
        RecordBatch batch = new RecordBatch(built(Compression.LZ4));

        batch.stampAppendTime(123_456);

        assertThat(batch.timestampType()).isEqualTo(TimestampType.LOG_APPEND_TIME);
        assertThat(batch.maxTimestamp()).isEqualTo(123_456);
        assertThat(batch.crcValid()).isTrue();
        assertThat(batch.records()).extracting(LogRecord::timestamp).containsOnly(123_456L);
    }

    @Test
    void aProducersIdentityIsStampedWithANewCrc() {
        RecordBatch batch = new RecordBatch(built(Compression.NONE));

        batch.stampProducer(99, (short) 3, Integer.MAX_VALUE - 1);

        assertThat(batch.hasProducerId()).isTrue();
        assertThat(batch.producerId()).isEqualTo(99);
        assertThat(batch.producerEpoch()).isEqualTo((short) 3);
        assertThat(batch.crcValid()).isTrue();
        assertThat(batch.lastSequence()).as("sequences wrap to 0").isZero();
    }

    @Test
    void everyFlippedByteBehindTheCrcIsNoticed() {
        ByteBuffer bytes = built(Compression.NONE);
        for (int at = RecordBatch.CRC_AT; at < bytes.limit(); at++) {
            bytes.put(at, (byte) (bytes.get(at) ^ 0x10));
            assertThat(new RecordBatch(bytes).crcValid()).as("byte %d", at).isFalse();
            bytes.put(at, (byte) (bytes.get(at) ^ 0x10));
        }
        assertThat(new RecordBatch(bytes).crcValid()).isTrue();
    }

    @Test
    void aViewReadsDirectMemoryFromTheBuffersPosition() {
        ByteBuffer bytes = built(Compression.ZSTD);
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.remaining() + 100).position(60);
        direct.put(bytes.duplicate()).position(60);

        RecordBatch batch = new RecordBatch(direct);

        assertThat(batch.crcValid()).isTrue();
        assertThat(batch.bytes()).isEqualTo(bytes);
        assertThat(batch.records()).hasSize(3);
        assertThat(direct.position()).isEqualTo(60);
    }

    @Test
    void batchesFollowOneAnotherAndACutOneEndsThem() {
        ByteBuffer one = built(Compression.NONE);
        ByteBuffer both = ByteBuffer.allocate(2 * one.limit());
        both.put(one.duplicate()).put(one.duplicate()).flip();
        for (int cut = 0; cut <= one.limit(); cut++) {
            ByteBuffer bytes = both.duplicate().limit(both.limit() - cut);

            assertThat(RecordBatch.next(bytes)).isNotNull();
            assertThat(RecordBatch.next(bytes) != null).as("cut by %d", cut).isEqualTo(cut == 0);
            assertThat(bytes.position()).isEqualTo(cut == 0 ? both.limit() : one.limit());
        }
    }

    @Test
    void aLengthShorterThanAHeaderIsCorrupt() {
        ByteBuffer bytes = built(Compression.NONE);
        for (int length : new int[] {48, 0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            bytes.putInt(RecordBatch.LENGTH_AT, length);
            assertThat(new RecordBatch(bytes).isWhole()).isFalse();
            assertThat(new RecordBatch(bytes).crcValid()).isFalse();
            if (length < 49) {
                assertThatThrownBy(() -> RecordBatch.next(bytes.duplicate()))
                        .isInstanceOf(CorruptBatch.class)
                        .hasMessageContaining(Integer.toString(length));
            }
        }
    }

    @Test
    void offsetsMayHaveGapsButNeverGoBack() {
        RecordBatchBuilder builder = new RecordBatchBuilder(Compression.NONE).baseOffset(10);
        builder.appendAt(12, 0, null, null, List.of());
        builder.appendAt(20, 0, null, null, List.of());

        assertThatThrownBy(() -> builder.appendAt(20, 0, null, null, List.of()))
                .isInstanceOf(IllegalArgumentException.class);

        RecordBatch batch = new RecordBatch(builder.build());
        assertThat(batch.baseOffset()).isEqualTo(10);
        assertThat(batch.lastOffset()).isEqualTo(20);
        assertThat(batch.records()).extracting(LogRecord::offset).containsExactly(12L, 20L);
    }

    @Test
    void theSizeToldBeforehandIsNeverTooSmall() {
        for (LogRecord record : RecordSamples.of(Randomness.seeded(5), 200, 0)) {
            RecordBatchBuilder builder = new RecordBatchBuilder(Compression.NONE);
            int before = builder.sizeBytes();
            builder.append(record.timestamp(), record.key(), record.value(), record.headers());
            assertThat(builder.sizeBytes() - before)
                    .isLessThanOrEqualTo(
                            RecordBatchBuilder.recordBytesMax(
                                    record.key(), record.value(), record.headers()));
        }
    }

    private static ByteBuffer built(Compression compression) {
        return RecordSamples.build(new RecordBatchBuilder(compression), THREE);
    }
}
