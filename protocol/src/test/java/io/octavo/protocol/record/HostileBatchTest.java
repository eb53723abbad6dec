package io.octavo.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.ports.Randomness;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import net.jpountz.lz4.LZ4FrameOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xerial.snappy.Snappy;

/// Batches whose content lies, as if a right CRC vouched for it.
class HostileBatchTest {
    private static final int[] LIES = {-1, 0, 1, 0x7f, 0x80, 0xff, 0xfe, 0x01};
    private static final List<LogRecord> RECORDS = RecordSamples.of(Randomness.seeded(3), 5, 0);

    @ParameterizedTest
    @EnumSource(Compression.class)
    void aBodyCutAtAnyByteIsCorruptOrWhole(Compression codec) {
        ByteBuffer whole = RecordSamples.build(new RecordBatchBuilder(codec), RECORDS);
        for (int size = RecordBatch.HEADER_BYTES; size < whole.limit(); size++) {
            ByteBuffer cut = copy(whole).limit(size);
            cut.putInt(RecordBatch.LENGTH_AT, size - RecordBatch.LENGTH_PREFIX_BYTES);

            assertThat(decodes(cut)).as("cut to %d of %d", size, whole.limit()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void aLieInAnyByteIsReadOrFoundCorruptButNothingElse(Compression codec) {
        ByteBuffer whole = RecordSamples.build(new RecordBatchBuilder(codec), RECORDS);
        int found = 0;
        for (int at = RecordBatch.ATTRIBUTES_AT; at < whole.limit(); at++) {
            for (int lie : LIES) {
                ByteBuffer bytes = copy(whole);
                bytes.put(at, (byte) lie);
                found += decodes(bytes) ? 0 : 1;
            }
        }
        assertThat(found).isPositive();
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void garbageIsReadOrFoundCorruptButNothingElse(Compression codec) {
        Randomness random = Randomness.seeded(codec.id());
        ByteBuffer whole = RecordSamples.build(new RecordBatchBuilder(codec), RECORDS);
        for (int i = 0; i < 2_000; i++) {
            ByteBuffer bytes = copy(whole);
            int from = RecordBatch.HEADER_BYTES + random.nextInt(40);
            for (int at = from; at < bytes.limit(); at++) {
                bytes.put(at, (byte) random.nextLong());
            }
            assertThat(decodes(bytes)).as("round %d", i).isFalse();
        }
    }

    @Test
    void aCountThatTheBodyCannotHoldIsCorruptBeforeAnythingIsAllocated() {
        ByteBuffer bytes = RecordSamples.build(new RecordBatchBuilder(Compression.NONE), RECORDS);
        for (int count : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 1_000_000}) {
            bytes.putInt(RecordBatch.COUNT_AT, count);
            assertThatThrownBy(() -> new RecordBatch(bytes).cursor())
                    .isInstanceOf(CorruptBatch.class)
                    .hasMessageContaining(Integer.toString(count));
        }
        for (int count : new int[] {0, 4, 6}) {
            bytes.putInt(RecordBatch.COUNT_AT, count);
            assertThatThrownBy(() -> new RecordBatch(bytes).records())
                    .isInstanceOf(CorruptBatch.class);
        }
    }

    @Test
    void anUnknownCodecIsCorrupt() {
        ByteBuffer bytes = RecordSamples.build(new RecordBatchBuilder(Compression.NONE), RECORDS);
        for (int id = 5; id < 8; id++) {
            bytes.putShort(RecordBatch.ATTRIBUTES_AT, (short) id);
            assertThat(new RecordBatch(bytes).compression()).isNull();
            assertThat(decodes(bytes)).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(value = Compression.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void aBombStopsAtTheLimit(Compression codec) {
        ByteBuffer bomb = codec.compress(ByteBuffer.allocate(8 << 20), Compression.DEFAULT_LEVEL);

        assertThatThrownBy(() -> codec.decompress(bomb, 1 << 20))
                .isInstanceOf(CorruptBatch.class)
                .hasMessageContaining("1048576");
        assertThat(codec.decompress(bomb, 8 << 20).remaining()).isEqualTo(8 << 20);
    }

    @Test
    void theLimitForAPeersBytesFollowsTheirNumberBetweenTwoBounds() {
        assertThat(Compression.outputBytesMax(100)).isEqualTo(16 << 20);
        assertThat(Compression.outputBytesMax(20_000)).isEqualTo(20_000_000);
        assertThat(Compression.outputBytesMax(100 << 20)).isEqualTo(64 << 20);
    }

    @Test
    void aSnappyBlockThatClaimsMoreThanSnappyCanHoldIsRefusedAtOnce() {
        byte[] claims = {(byte) 0xff, (byte) 0xff, (byte) 0xff, 0x1f, 0, 0, 0, 0};
        assertThatThrownBy(() ->
                        Compression.SNAPPY.decompress(
                                ByteBuffer.wrap(claims), Compression.OUTPUT_BYTES_MAX))
                .isInstanceOf(CorruptBatch.class)
                .hasMessageContaining("declared");
    }

    @Test
    void aSnappyBlockThatClaimsMoreThanAnIntCanHoldIsRefusedAtOnce() {
        byte[] claims = {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f, 0, 0, 0};
        assertThatThrownBy(() ->
                        Compression.SNAPPY.decompress(
                                ByteBuffer.wrap(claims), Compression.OUTPUT_BYTES_MAX))
                .isInstanceOf(CorruptBatch.class);
    }

    @Test
    void snappyIsReadBareAsLibrdkafkaWritesItAndFramedTwiceInARow() throws IOException {
        byte[] plain = new byte[100_000];
        Arrays.fill(plain, 1, 50_000, (byte) 7);

        ByteBuffer bare = ByteBuffer.wrap(Snappy.compress(plain));
        assertThat(Compression.SNAPPY.decompress(bare, plain.length))
                .isEqualTo(ByteBuffer.wrap(plain));

        ByteBuffer framed =
                Compression.SNAPPY.compress(ByteBuffer.wrap(plain), Compression.DEFAULT_LEVEL);
        ByteBuffer twice = ByteBuffer.allocate(2 * framed.remaining());
        twice.put(framed.duplicate()).put(framed.duplicate()).flip();
        assertThat(Compression.SNAPPY.decompress(twice, 2 * plain.length).remaining())
                .isEqualTo(2 * plain.length);
    }

    @Test
    void framesWithChecksumsAndOtherBlockSizesAreRead() throws IOException {
        byte[] plain = new byte[300_000];
        for (LZ4FrameOutputStream.BLOCKSIZE size : LZ4FrameOutputStream.BLOCKSIZE.values()) {
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            try (OutputStream out =
                    new LZ4FrameOutputStream(
                            packed,
                            size,
                            plain.length,
                            LZ4FrameOutputStream.FLG.Bits.BLOCK_INDEPENDENCE,
                            LZ4FrameOutputStream.FLG.Bits.CONTENT_CHECKSUM,
                            LZ4FrameOutputStream.FLG.Bits.CONTENT_SIZE)) {
                out.write(plain);
            }
            assertThat(
                            Compression.LZ4.decompress(
                                    ByteBuffer.wrap(packed.toByteArray()), plain.length))
                    .isEqualTo(ByteBuffer.wrap(plain));
        }
    }

    @Test
    void gzipMembersThatFollowOneAnotherAreOneBody() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        for (int i = 0; i < 3; i++) {
            try (OutputStream out = new GZIPOutputStream(packed)) {
                out.write(new byte[1_000]);
            }
        }
        assertThat(
                        Compression.GZIP
                                .decompress(ByteBuffer.wrap(packed.toByteArray()), 3_000)
                                .remaining())
                .isEqualTo(3_000);
    }

    @Test
    void everyLevelOfEveryCodecReadsBack() {
        ByteBuffer plain = ByteBuffer.wrap(new byte[70_000]);
        int[][] levels = {{}, {-1, 1, 6, 9}, {}, {1, 9, 17}, {-5, 1, 3, 22}};
        for (Compression codec : Compression.values()) {
            for (int level : levels[codec.id()]) {
                ByteBuffer packed = codec.compress(plain, level);
                assertThat(codec.decompress(packed, 70_000)).isEqualTo(plain);
            }
        }
    }

    /// Whether the batch is found sound; any exception but [CorruptBatch] fails the test.
    private static boolean decodes(ByteBuffer bytes) {
        RecordBatch batch = new RecordBatch(bytes);
        try {
            batch.cursor();
            List<LogRecord> records = batch.records();
            return records.size() == batch.count();
        } catch (CorruptBatch e) {
            assertThat(e).hasMessageMatching("(?s).+");
            return false;
        }
    }

    private static ByteBuffer copy(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    }
}
