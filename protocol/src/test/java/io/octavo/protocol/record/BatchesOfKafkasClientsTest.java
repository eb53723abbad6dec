package io.octavo.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.ports.Randomness;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Our batches and those of Kafka's Java client, in both directions.
class BatchesOfKafkasClientsTest {
    private static final int SEEDS = 40;
    private static final long BASE_OFFSET = 4_711;
    private static final long PRODUCER_ID = 123_456_789_012L;
    private static final short PRODUCER_EPOCH = 17;
    private static final int SEQUENCE = Integer.MAX_VALUE - 3;
    private static final int LEADER_EPOCH = 9;

    @ParameterizedTest
    @EnumSource(Compression.class)
    void theyReadWhatWeBuild(Compression codec) {
        for (int seed = 0; seed < SEEDS; seed++) {
            List<LogRecord> records = sample(seed);

            MutableRecordBatch theirs = first(ours(codec, records));

            theirs.ensureValid();
            assertThat(theirs.baseOffset()).isEqualTo(BASE_OFFSET);
            assertThat(theirs.lastOffset()).isEqualTo(BASE_OFFSET + records.size() - 1);
            assertThat(theirs.producerId()).isEqualTo(PRODUCER_ID);
            assertThat(theirs.producerEpoch()).isEqualTo(PRODUCER_EPOCH);
            assertThat(theirs.baseSequence()).isEqualTo(SEQUENCE);
            assertThat(theirs.partitionLeaderEpoch()).isEqualTo(LEADER_EPOCH);
            assertThat(theirs.isTransactional()).isTrue();
            assertThat(theirs.compressionType().id).isEqualTo((byte) codec.id());
            List<LogRecord> read = new ArrayList<>();
            theirs.forEach(record -> read.add(ofTheirs(record)));
            assertThat(read).as("seed %d", seed).isEqualTo(records);
        }
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void weReadWhatTheyBuild(Compression codec) {
        for (int seed = 0; seed < SEEDS; seed++) {
            List<LogRecord> records = sample(seed);
            ByteBuffer bytes = theirs(codec, records);
            MutableRecordBatch expected = first(bytes);

            RecordBatch batch = new RecordBatch(bytes);

            assertThat(batch.crcValid()).isTrue();
            assertThat(batch.crc()).isEqualTo(expected.checksum());
            assertThat(batch.sizeBytes()).isEqualTo(expected.sizeInBytes());
            assertThat(batch.magic()).isEqualTo(expected.magic());
            assertThat(batch.baseOffset()).isEqualTo(expected.baseOffset());
            assertThat(batch.lastOffset()).isEqualTo(expected.lastOffset());
            assertThat(batch.nextOffset()).isEqualTo(expected.nextOffset());
            assertThat(batch.maxTimestamp()).isEqualTo(expected.maxTimestamp());
            assertThat(batch.producerId()).isEqualTo(expected.producerId());
            assertThat(batch.producerEpoch()).isEqualTo(expected.producerEpoch());
            assertThat(batch.baseSequence()).isEqualTo(expected.baseSequence());
            assertThat(batch.lastSequence()).isEqualTo(expected.lastSequence());
            assertThat(batch.leaderEpoch()).isEqualTo(expected.partitionLeaderEpoch());
            assertThat(batch.count()).isEqualTo(expected.countOrNull());
            assertThat(batch.isTransactional()).isTrue();
            assertThat(batch.isControl()).isFalse();
            assertThat(batch.compression()).isEqualTo(codec);
            assertThat(batch.records()).as("seed %d", seed).isEqualTo(records);
        }
    }

    @Test
    void withoutCompressionTheBytesAreTheSame() {
        for (int seed = 0; seed < SEEDS; seed++) {
            List<LogRecord> records = sample(seed);
            assertThat(ours(Compression.NONE, records))
                    .as("seed %d", seed)
                    .isEqualTo(theirs(Compression.NONE, records));
        }
    }

    @Test
    void endMarkersAreTheSameInBothDirections() {
        for (boolean commits : new boolean[] {true, false}) {
            ByteBuffer ours = new EndMarker(commits, 12).batch(77, PRODUCER_ID, PRODUCER_EPOCH);
            ControlRecordType type = commits ? ControlRecordType.COMMIT : ControlRecordType.ABORT;
            ByteBuffer theirs =
                    MemoryRecords.withEndTransactionMarker(
                                    0,
                                    77,
                                    RecordBatch.NO_LEADER_EPOCH,
                                    PRODUCER_ID,
                                    PRODUCER_EPOCH,
                                    new EndTransactionMarker(type, 12))
                            .buffer();

            assertThat(ours).isEqualTo(theirs);
            assertThat(EndMarker.read(new RecordBatch(theirs)))
                    .isEqualTo(new EndMarker(commits, 12));
        }
    }

    @Test
    void aBatchThatCompactionEmptiedHasNoRecordsButKeepsItsOffsets() {
        ByteBuffer bytes = ByteBuffer.allocate(RecordBatch.HEADER_BYTES);
        DefaultRecordBatch.writeEmptyHeader(
                bytes,
                RecordBatch.MAGIC,
                PRODUCER_ID,
                PRODUCER_EPOCH,
                SEQUENCE,
                100,
                119,
                LEADER_EPOCH,
                org.apache.kafka.common.record.TimestampType.CREATE_TIME,
                55,
                false,
                false);
        bytes.flip();

        RecordBatch batch = new RecordBatch(bytes);

        assertThat(batch.crcValid()).isTrue();
        assertThat(batch.count()).isZero();
        assertThat(batch.nextOffset()).isEqualTo(120);
        assertThat(batch.records()).isEmpty();
    }

    private static List<LogRecord> sample(int seed) {
        Randomness random = Randomness.seeded(seed);
        return RecordSamples.of(random, 1 + random.nextInt(60), BASE_OFFSET);
    }

    private static MutableRecordBatch first(ByteBuffer bytes) {
        return MemoryRecords.readableRecords(bytes).batches().iterator().next();
    }

    private static ByteBuffer ours(Compression codec, List<LogRecord> records) {
        return RecordSamples.build(
                new RecordBatchBuilder(codec)
                        .baseOffset(BASE_OFFSET)
                        .leaderEpoch(LEADER_EPOCH)
                        .producer(PRODUCER_ID, PRODUCER_EPOCH, SEQUENCE)
                        .transactional(),
                records);
    }

    private static ByteBuffer theirs(Compression codec, List<LogRecord> records) {
        MemoryRecordsBuilder builder =
                MemoryRecords.builder(
                        ByteBuffer.allocate(1 << 10),
                        RecordBatch.MAGIC,
                        org.apache.kafka.common.compress.Compression.of(codec.text()).build(),
                        org.apache.kafka.common.record.TimestampType.CREATE_TIME,
                        BASE_OFFSET,
                        RecordBatch.NO_TIMESTAMP,
                        PRODUCER_ID,
                        PRODUCER_EPOCH,
                        SEQUENCE,
                        true,
                        LEADER_EPOCH);
        for (LogRecord record : records) {
            builder.appendWithOffset(
                    record.offset(),
                    record.timestamp(),
                    record.key(),
                    record.value(),
                    headersOf(record.headers()));
        }
        return builder.build().buffer();
    }

    private static org.apache.kafka.common.header.Header[] headersOf(List<Header> headers) {
        return headers.stream()
                .map(h -> new RecordHeader(h.key(), h.value() == null ? null : h.value().array()))
                .toArray(org.apache.kafka.common.header.Header[]::new);
    }

    private static LogRecord ofTheirs(org.apache.kafka.common.record.internal.Record record) {
        List<Header> headers =
                Stream.of(record.headers())
                        .map(h ->
                                new Header(
                                        h.key(),
                                        h.value() == null ? null : ByteBuffer.wrap(h.value())))
                        .toList();
        return new LogRecord(
                record.offset(), record.timestamp(), record.key(), record.value(), headers);
    }
}
