package io.octavo.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.protocol.message.FetchRequest;
import io.octavo.protocol.message.MetadataRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class WriterTest {
    private record FileRecords(int sizeBytes) implements Records {}

    @Test
    void aBufferGrowsAndStaysOfItsKind() {
        Writer heap = Writer.heap(1);
        Writer direct = Writer.direct(1);
        for (int i = 0; i < 1000; i++) {
            heap.int64(i);
            direct.int64(i);
        }
        assertThat(heap.bytes()).isEqualTo(direct.bytes());
        assertThat(heap.sizeBytes()).isEqualTo(8000);
        assertThat(direct.bytes().isDirect()).isTrue();
        assertThat(heap.bytes().isDirect()).isFalse();
    }

    @Test
    void stringsAreUtf8() {
        for (String text : new String[] {"", "abc", "h\u00e9", "\u20ac", "\ud83d\udcd3"}) {
            Writer writer = Writer.heap(0);
            writer.string(text, false);
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            ByteBuffer expected = ByteBuffer.allocate(2 + bytes.length);
            expected.putShort((short) bytes.length).put(bytes).flip();
            assertThat(writer.bytes()).isEqualTo(expected);
        }
    }

    @Test
    void aStringThatNoReaderTakesIsRefused() {
        String longest = "x".repeat(Reader.STRING_BYTES_MAX);
        Writer.heap(0).string(longest, true);
        assertThatThrownBy(() -> Writer.heap(0).string(longest + "x", true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("32768");
    }

    @Test
    void fewRecordsAreCopiedAndManyAreSpliced() {
        Writer writer = Writer.heap(16);
        writer.records(new ByteRecords(ByteBuffer.allocate(100)), false);
        assertThat(writer.splices()).isEmpty();
        assertThat(writer.sizeBytes()).isEqualTo(104);

        Records many = new ByteRecords(ByteBuffer.allocate(100_000));
        writer.records(many, false);
        writer.int8((byte) 1);
        assertThat(writer.splices()).containsExactly(new Splice(108, many));
        assertThat(writer.bytes().remaining()).isEqualTo(109);
        assertThat(writer.sizeBytes()).isEqualTo(100_109);
    }

    @Test
    void recordsOfAFileAreSplicedHoweverFew() {
        Writer writer = Writer.heap(16);
        Records file = new FileRecords(5);
        writer.records(file, true);
        assertThat(writer.splices()).containsExactly(new Splice(1, file));
        assertThat(writer.bytes()).isEqualTo(ByteBuffer.wrap(new byte[] {6}));
    }

    @Test
    void aMessageThatDoesNotFitTheWireIsRefused() {
        Writer writer = Writer.heap(16);
        writer.records(new FileRecords(Writer.BYTES_MAX - 10), false);
        assertThatThrownBy(() -> writer.records(new FileRecords(10), false))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void resetForgetsWhatWasWritten() {
        Writer writer = Writer.heap(16);
        writer.records(new FileRecords(5), true);
        writer.reset();
        assertThat(writer.sizeBytes()).isZero();
        assertThat(writer.splices()).isEmpty();
        assertThat(writer.bytes().hasRemaining()).isFalse();
    }

    @Test
    void aLongTaggedFieldHasALongLength() {
        for (int size : new int[] {0, 1, 126, 127, 128, 16_380, 16_383, 16_384, 30_000}) {
            FetchRequest request = FetchRequest.defaults().withClusterId("c".repeat(size));
            Writer writer = Writer.heap(1);
            request.write(writer, 12);
            assertThat(FetchRequest.read(new Reader(writer.bytes()), 12)).isEqualTo(request);
        }
    }

    @Test
    void aLengthCanBeWrittenWhenItIsKnown() {
        Writer writer = Writer.heap(4);
        writer.int32(0);
        writer.string("abc", true);
        writer.patchInt32(0, writer.sizeBytes() - 4);
        assertThat(writer.bytes().getInt()).isEqualTo(4);
    }

    @Test
    void whatAVersionCannotSayIsRefusedByName() {
        Writer writer = Writer.heap(4);
        assertThatThrownBy(() -> MetadataRequest.defaults().withTopics(null).write(writer, 0))
                .isInstanceOf(UnsupportedVersion.class)
                .hasMessage("MetadataRequest.topics is null, but version 0 has no null there");
        assertThatThrownBy(() ->
                        MetadataRequest.defaults()
                                .withAllowAutoTopicCreation(false)
                                .write(writer, 3))
                .isInstanceOf(UnsupportedVersion.class)
                .hasMessageContaining("MetadataRequest.allowAutoTopicCreation");
        assertThatThrownBy(() -> MetadataRequest.defaults().write(writer, 99))
                .isInstanceOf(UnsupportedVersion.class)
                .hasMessage("MetadataRequest has no version 99");
    }

    @Test
    void aNumberThatIsTooLargeForItsFieldIsRefused() {
        assertThatThrownBy(() -> Writer.heap(4).uint16(65_536))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Writer.heap(4).uint32(-1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
