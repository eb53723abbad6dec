package io.octavo.protocol.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.protocol.message.FetchRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.apache.kafka.common.utils.ByteUtils;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ReaderTest {
    @Test
    void varintsAreKafkas() {
        for (int shift = 0; shift < Integer.SIZE; shift++) {
            for (int value : new int[] {1 << shift, (1 << shift) - 1, -(1 << shift)}) {
                ByteBuffer unsigned = ByteBuffer.allocate(5);
                ByteUtils.writeUnsignedVarint(value, unsigned);
                assertThat(new Reader(unsigned.flip()).unsignedVarint()).isEqualTo(value);
                ByteBuffer signed = ByteBuffer.allocate(5);
                ByteUtils.writeVarint(value, signed);
                assertThat(new Reader(signed.flip()).varint()).isEqualTo(value);
            }
        }
        for (int shift = 0; shift < Long.SIZE; shift++) {
            for (long value : new long[] {1L << shift, (1L << shift) - 1, -(1L << shift)}) {
                ByteBuffer signed = ByteBuffer.allocate(10);
                ByteUtils.writeVarlong(value, signed);
                assertThat(new Reader(signed.flip()).varlong()).isEqualTo(value);
            }
        }
    }

    @Test
    void aVarintThatDoesNotFitIsMalformed() {
        assertMalformed(() -> reader(0x80, 0x80, 0x80, 0x80, 0x10).unsignedVarint())
                .hasMessageContaining("32 bits");
        assertMalformed(() -> reader(0x80, 0x80, 0x80, 0x80, 0x80, 0).unsignedVarint());
        assertMalformed(
                () -> reader(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x02).varlong());
        assertMalformed(() -> reader(0x80).varint()).hasMessageContaining("1 bytes needed");
    }

    @Test
    void aStringThatIsNotUtf8IsReadAsKafkaReadsIt() {
        assertThat(reader(0, 2, 0xc3, 0x28).string(false)).isEqualTo("\ufffd(");
        assertThat(reader(0, 3, 0xed, 0xa0, 0x80).string(false)).isEqualTo("\ufffd");
        assertThat(reader(2, 0xc3).string(true)).isEqualTo("\ufffd");
    }

    @Test
    void aStringMayHoldTheReplacementCharacter() {
        assertThat(reader(4, 0xef, 0xbf, 0xbd).string(true)).isEqualTo("\ufffd");
    }

    @Test
    void aStringIsAtMostAsLongAsTheFixedFormCanSay() {
        byte[] bytes = new byte[Short.MAX_VALUE + 4];
        bytes[0] = (byte) 0x80;
        bytes[1] = (byte) 0x80;
        bytes[2] = 2;
        assertThat(new Reader(ByteBuffer.wrap(bytes)).string(true)).hasSize(Short.MAX_VALUE);
        bytes[0] = (byte) 0x81;
        assertMalformed(() -> new Reader(ByteBuffer.wrap(bytes)).string(true))
                .hasMessageContaining("32768");
    }

    @Test
    void nullIsMalformedWhereTheSchemaHasNone() {
        assertThat(reader(0xff, 0xff).nullableString(false)).isNull();
        assertThat(reader(0).nullableString(true)).isNull();
        assertMalformed(() -> reader(0).string(true)).hasMessageContaining("null");
        assertMalformed(() -> reader(0).int32s(true));
        assertMalformed(() -> reader(0xff, 0xff, 0xff, 0xff).bytes(false));
        assertMalformed(() -> reader(0xff, 0xff, 0xff, 0xff).records(false));
    }

    @Test
    void aCountIsComparedWithWhatIsLeftBeforeAnythingIsRead() {
        assertMalformed(() -> reader(0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2).int32s(false))
                .hasMessageContaining("3")
                .hasMessageContaining("8 bytes are left");
        assertMalformed(() -> reader(0x7f, 0xff, 0xff, 0xff, 1).int8s(false));
        assertMalformed(() -> reader(0xff, 0xff, 0xff, 0xfe, 1).int8s(false));
    }

    @Test
    void theElementsOfAllListsAreCountedTogether() {
        int half = ReadBudget.ELEMENTS_MAX / 2 + 1;
        ByteBuffer buffer = ByteBuffer.allocate(2 * (4 + half));
        buffer.putInt(0, half).putInt(4 + half, half);
        Reader reader = new Reader(buffer);
        assertThat(reader.int8s(false)).hasSize(half);
        assertMalformed(() -> reader.int8s(false)).hasMessageContaining("1000000");
    }

    /// Names of one character that is not ASCII: 3 bytes each, and far more in memory.
    @Test
    void whatWasWrittenHereIsReadWhateverItTakes() {
        int count = 2_000;
        ByteBuffer names = ByteBuffer.allocate(4 + 4 * count).putInt(count);
        for (int i = 0; i < count; i++) {
            names.putShort((short) 2).put((byte) 0xc3).put((byte) 0xa9);
        }
        names.flip();

        assertMalformed(() -> new Reader(names.duplicate()).strings(false))
                .hasMessageContaining("memory");
        assertThat(Reader.ofOwn(names.duplicate()).strings(false)).hasSize(count).contains("é");
        assertMalformed(() -> Reader.ofOwn(names.duplicate().limit(4 * count)).strings(false));
    }

    @Test
    void whatWasWrittenHereMayHaveMoreElementsThanAPeersMessage() {
        int count = ReadBudget.ELEMENTS_MAX + 1;
        ByteBuffer buffer = ByteBuffer.allocate(4 + count).putInt(0, count);

        assertThat(Reader.ofOwn(buffer).int8s(false)).hasSize(count);
    }

    @Test
    void aCountIsComparedWithWhatIsLeftInWhatWasWrittenHereToo() {
        ByteBuffer buffer = ByteBuffer.wrap(new byte[] {0, 0, 0, 3, 1, 2});
        assertMalformed(() -> Reader.ofOwn(buffer).int8s(false)).hasMessageContaining("2 bytes");
    }

    @Test
    void aListThatWasReadCannotBeChanged() {
        List<Byte> list = reader(3, 1, 2).int8s(true);
        assertThatThrownBy(() -> list.add((byte) 3))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void recordsAreASliceOfTheFrameAndBytesAreACopy() {
        ByteBuffer frame = ByteBuffer.wrap(new byte[] {2, 7, 2, 8});
        Reader reader = new Reader(frame);
        ByteBuffer copy = reader.bytes(true);
        ByteRecords slice = (ByteRecords) reader.records(true);
        frame.put(1, (byte) 70).put(3, (byte) 80);
        assertThat(copy.get(0)).isEqualTo((byte) 7);
        assertThat(slice.buffer().get(0)).isEqualTo((byte) 80);
    }

    @Test
    void unknownTagsAreSkipped() {
        Reader reader = reader(2, 5, 3, 1, 2, 3, 9, 0, 42);
        reader.skipTags();
        assertThat(reader.int8()).isEqualTo((byte) 42);
    }

    @Test
    void tagsMustIncreaseAndStayFew() {
        assertMalformed(() -> reader(2, 5, 0, 5, 0).skipTags()).hasMessageContaining("tag 5");
        assertMalformed(() -> reader(Reader.TAGS_MAX + 1).skipTags()).hasMessageContaining("65");
        assertMalformed(() -> reader(1, 5, 2, 0).skipTags()).hasMessageContaining("length of 2");
    }

    @Test
    void aTaggedFieldThatIsNotAsLongAsItSaysIsMalformed() {
        Writer writer = Writer.heap(64);
        FetchRequest.defaults().withClusterId("c").write(writer, 12);
        ByteBuffer right = writer.bytes();
        assertThat(FetchRequest.read(new Reader(right.duplicate()), 12).clusterId()).isEqualTo("c");
        int length = right.limit() - 3;
        assertThat(right.get(length)).isEqualTo((byte) 2);
        ByteBuffer wrong = ByteBuffer.allocate(right.limit() + 1).put(right).put(length, (byte) 3);
        assertMalformed(() ->
                        FetchRequest.read(new Reader(wrong.flip().limit(wrong.capacity())), 12))
                .hasMessageContaining("tagged field");
    }

    @Test
    void aVersionThatDoesNotExistIsMalformed() {
        assertMalformed(() -> FetchRequest.read(reader(0), 3)).hasMessageContaining("no version 3");
    }

    @Test
    void aDirectBufferIsReadAsOneOnTheHeap() {
        byte[] text = "\0\3abc".getBytes(ISO_8859_1);
        ByteBuffer direct = ByteBuffer.allocateDirect(text.length).put(text).flip();
        assertThat(new Reader(direct).string(false)).isEqualTo("abc");
        ByteBuffer inside = ByteBuffer.wrap("..\0\3abc".getBytes(ISO_8859_1)).position(2).slice();
        assertThat(new Reader(inside).string(false)).isEqualTo("abc");
    }

    @Test
    void aLittleEndianBufferIsRefused() {
        ByteBuffer little = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        assertThatThrownBy(() -> new Reader(little)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aMalformedFrameHasNoStackTrace() {
        assertThat(new MalformedFrame("x").getStackTrace()).isEmpty();
    }

    private static AbstractThrowableAssert<?, ?> assertMalformed(ThrowingCallable read) {
        return assertThatThrownBy(read).isInstanceOf(MalformedFrame.class);
    }

    private static Reader reader(int... bytes) {
        ByteBuffer buffer = ByteBuffer.allocate(bytes.length);
        for (int b : bytes) {
            buffer.put((byte) b);
        }
        return new Reader(buffer.flip());
    }
}
