package io.octavo.protocol.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the primitive types of the protocol from a buffer, which it advances. One reader per
/// message, one thread.
///
/// Nothing that the bytes say is believed: a length or count is compared with the bytes that are
/// left *before* anything is allocated for it, a list grows only as its elements arrive, and a
/// [ReadBudget] bounds what a peer's message takes in all. Whatever is wrong is a [MalformedFrame].
/// Only [#records] refers to the buffer afterwards; everything else is copied.
///
/// `flexible` chooses between the two forms of everything that has a length (KIP-482):
///
/// ```
///               fixed                        flexible
/// string        int16 n, n bytes             uvarint n+1, n bytes
/// bytes         int32 n, n bytes             uvarint n+1, n bytes
/// list          int32 n, n elements          uvarint n+1, n elements
/// null          n = -1                       0
/// end of struct nothing                      uvarint tags, each (uvarint tag, uvarint n, n bytes)
/// ```
public final class Reader {
    /// Tagged fields of one struct; the schemas have at most five.
    public static final int TAGS_MAX = 64;

    /// The longest string, in bytes: what the fixed form can say.
    public static final int STRING_BYTES_MAX = Short.MAX_VALUE;

    /// What a list is sized for before its elements are seen.
    private static final int LIST_CAPACITY_MAX = 1024;

    private static final ByteBuffer NO_BYTES = ByteBuffer.allocate(0).asReadOnlyBuffer();
    private static final byte[] NO_SCRATCH = {};

    private final ByteBuffer buffer;
    private final ReadBudget budget;

    /// Holds a string's bytes while they are decoded, if the buffer has no array.
    private byte[] scratch = NO_SCRATCH;

    /// Reads `buffer` from its position to its limit. It must be big endian.
    public Reader(ByteBuffer buffer) {
        this(buffer, new ReadBudget(buffer.remaining()));
    }

    private Reader(ByteBuffer buffer, ReadBudget budget) {
        if (buffer.order() != ByteOrder.BIG_ENDIAN) {
            throw new IllegalArgumentException("the protocol is big endian, the buffer is not");
        }
        this.buffer = buffer;
        this.budget = budget;
    }

    /// Reads what this program has written. Lengths and counts are compared with the bytes that are
    /// left, for a disk may have changed them; what the message takes is not bounded: what it was
    /// made of was judged when it came, in a frame that may have been larger than the message, and
    /// what was acknowledged must be read again.
    public static Reader ofOwn(ByteBuffer buffer) {
        return new Reader(buffer, ReadBudget.unlimited());
    }

    /// @return the bytes that were not read yet
    public int remaining() {
        return buffer.remaining();
    }

    public boolean bool() {
        return int8() != 0;
    }

    public byte int8() {
        require(Byte.BYTES);
        return buffer.get();
    }

    public short int16() {
        require(Short.BYTES);
        return buffer.getShort();
    }

    public int uint16() {
        return Short.toUnsignedInt(int16());
    }

    public int int32() {
        require(Integer.BYTES);
        return buffer.getInt();
    }

    public long uint32() {
        return Integer.toUnsignedLong(int32());
    }

    public long int64() {
        require(Long.BYTES);
        return buffer.getLong();
    }

    public double float64() {
        require(Double.BYTES);
        return buffer.getDouble();
    }

    public Uuid uuid() {
        require(2 * Long.BYTES);
        long most = buffer.getLong();
        long least = buffer.getLong();
        return (most | least) == 0 ? Uuid.ZERO : new Uuid(most, least);
    }

    /// @return 32 bits, seven to a byte, the lowest first; read as unsigned by who needs it
    public int unsignedVarint() {
        int value = 0;
        for (int shift = 0; shift < Integer.SIZE; shift += 7) {
            byte b = int8();
            if (shift == 28 && (b & 0xf0) != 0) {
                throw new MalformedFrame("a varint of more than 32 bits");
            }
            value |= (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new AssertionError("the fifth byte ends a varint or is refused");
    }

    /// @return a zigzag-encoded int
    public int varint() {
        int raw = unsignedVarint();
        return (raw >>> 1) ^ -(raw & 1);
    }

    /// @return a zigzag-encoded long
    public long varlong() {
        long raw = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte b = int8();
            if (shift == 63 && (b & 0xfe) != 0) {
                throw new MalformedFrame("a varint of more than 64 bits");
            }
            raw |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return (raw >>> 1) ^ -(raw & 1);
            }
        }
        throw new AssertionError("the tenth byte ends a varint or is refused");
    }

    public String string(boolean flexible) {
        return required(nullableString(flexible), "string");
    }

    public @Nullable String nullableString(boolean flexible) {
        int length = flexible ? compactLength() : int16();
        if (length > STRING_BYTES_MAX) {
            throw new MalformedFrame(
                    "a string of " + length + " bytes, more than " + STRING_BYTES_MAX);
        }
        return checkLength(length) ? text(length) : null;
    }

    /// @return a copy
    public ByteBuffer bytes(boolean flexible) {
        return required(nullableBytes(flexible), "byte array");
    }

    /// @return a copy
    public @Nullable ByteBuffer nullableBytes(boolean flexible) {
        int length = flexible ? compactLength() : int32();
        if (!checkLength(length)) {
            return null;
        }
        if (length == 0) {
            return NO_BYTES;
        }
        budget.buffer(length);
        byte[] copy = new byte[length];
        buffer.get(copy);
        return ByteBuffer.wrap(copy);
    }

    /// @return a slice of the buffer
    public Records records(boolean flexible) {
        return required(nullableRecords(flexible), "records field");
    }

    /// @return a slice of the buffer
    public @Nullable Records nullableRecords(boolean flexible) {
        int length = flexible ? compactLength() : int32();
        if (!checkLength(length)) {
            return null;
        }
        if (length == 0) {
            return ByteRecords.EMPTY;
        }
        budget.buffer(0);
        ByteBuffer slice = buffer.slice(buffer.position(), length);
        buffer.position(buffer.position() + length);
        return new ByteRecords(slice);
    }

    /// Reads a list of structs.
    ///
    /// @param elementBytesMin the fewest bytes that an element can take; at least 1
    public <T> List<T> list(
            boolean flexible, int elementBytesMin, MessageReader<T> element, int version) {
        return required(nullableList(flexible, elementBytesMin, element, version), "list");
    }

    /// As [#list], or null.
    public <T> @Nullable List<T> nullableList(
            boolean flexible, int elementBytesMin, MessageReader<T> element, int version) {
        int heapBytes = ReadBudget.structHeapBytes(elementBytesMin);
        return elements(flexible, elementBytesMin, heapBytes, element, version);
    }

    public List<Byte> int8s(boolean flexible) {
        return required(nullableInt8s(flexible), "list");
    }

    public @Nullable List<Byte> nullableInt8s(boolean flexible) {
        return elements(flexible, Byte.BYTES, 0, (in, version) -> in.int8(), 0);
    }

    public List<Short> int16s(boolean flexible) {
        return required(nullableInt16s(flexible), "list");
    }

    public @Nullable List<Short> nullableInt16s(boolean flexible) {
        return numbers(flexible, Short.BYTES, (in, version) -> in.int16());
    }

    public List<Integer> int32s(boolean flexible) {
        return required(nullableInt32s(flexible), "list");
    }

    public @Nullable List<Integer> nullableInt32s(boolean flexible) {
        return numbers(flexible, Integer.BYTES, (in, version) -> in.int32());
    }

    public List<Long> int64s(boolean flexible) {
        return required(nullableInt64s(flexible), "list");
    }

    public @Nullable List<Long> nullableInt64s(boolean flexible) {
        return numbers(flexible, Long.BYTES, (in, version) -> in.int64());
    }

    public List<Uuid> uuids(boolean flexible) {
        return required(nullableUuids(flexible), "list");
    }

    public @Nullable List<Uuid> nullableUuids(boolean flexible) {
        return numbers(flexible, 2 * Long.BYTES, (in, version) -> in.uuid());
    }

    public List<String> strings(boolean flexible) {
        return required(nullableStrings(flexible), "list");
    }

    public @Nullable List<String> nullableStrings(boolean flexible) {
        return flexible
                ? elements(true, 1, 0, (in, version) -> in.string(true), 0)
                : elements(false, Short.BYTES, 0, (in, version) -> in.string(false), 0);
    }

    /// Reads the mark before a struct that may be null.
    ///
    /// @param tagged whether the struct is a tagged field, where the mark is a varint
    /// @return whether a struct follows
    public boolean present(boolean tagged) {
        return tagged ? unsignedVarint() > 0 : int8() >= 0;
    }

    /// @return how many tagged fields follow
    public int tagCount() {
        int count = unsignedVarint();
        if (count < 0 || count > TAGS_MAX) {
            throw new MalformedFrame(
                    Integer.toUnsignedString(count) + " tagged fields, more than " + TAGS_MAX);
        }
        return count;
    }

    /// @param previous the tag before this one in the same struct; -1 if there was none
    public int tag(int previous) {
        int tag = unsignedVarint();
        if (tag <= previous) {
            throw new MalformedFrame("tag " + tag + " after tag " + previous);
        }
        return tag;
    }

    /// Reads the length of a tagged field.
    ///
    /// @return what [#remaining] will be after it
    public int tagEnd() {
        int length = unsignedVarint();
        if (length < 0 || length > buffer.remaining()) {
            throw tooLong(length);
        }
        return buffer.remaining() - length;
    }

    /// Skips a tagged field that nobody here knows.
    public void skipTag(int end) {
        buffer.position(buffer.limit() - end);
    }

    /// Checks that a tagged field was as long as it said.
    public void endTag(int end) {
        if (buffer.remaining() != end) {
            throw new MalformedFrame(
                    "a tagged field ended with "
                            + buffer.remaining()
                            + " bytes left where it should have been "
                            + end);
        }
    }

    /// Skips the tagged fields of a struct that has none of its own.
    public void skipTags() {
        int count = tagCount();
        for (int i = 0, tag = -1; i < count; i++) {
            tag = tag(tag);
            skipTag(tagEnd());
        }
    }

    private <T> @Nullable List<T> numbers(boolean flexible, int bytes, MessageReader<T> element) {
        return elements(flexible, bytes, ReadBudget.boxHeapBytes(bytes), element, 0);
    }

    /// Reads a list.
    ///
    /// @param elementHeapBytes what an element takes, if it does not charge for itself
    private <T> @Nullable List<T> elements(
            boolean flexible,
            int elementBytesMin,
            int elementHeapBytes,
            MessageReader<T> element,
            int version) {
        int count = flexible ? compactLength() : int32();
        if (count < -1 || (long) count * elementBytesMin > buffer.remaining()) {
            throw tooLong(count);
        }
        if (count <= 0) {
            return count == 0 ? List.of() : null;
        }
        budget.list(count, elementHeapBytes);
        if (count == 1) {
            return List.of(element.read(this, version));
        }
        List<T> list = new ArrayList<>(Math.min(count, LIST_CAPACITY_MAX));
        for (int i = 0; i < count; i++) {
            list.add(element.read(this, version));
        }
        return Collections.unmodifiableList(list);
    }

    private int compactLength() {
        int length = unsignedVarint() - 1;
        if (length < -1) {
            throw tooLong(length);
        }
        return length;
    }

    /// @return whether there is something; false for null
    private boolean checkLength(int length) {
        if (length < -1 || length > buffer.remaining()) {
            throw tooLong(length);
        }
        return length >= 0;
    }

    private String text(int length) {
        if (length == 0) {
            return "";
        }
        budget.string(length);
        int position = buffer.position();
        buffer.position(position + length);
        if (buffer.hasArray()) {
            return Utf8.decode(buffer.array(), buffer.arrayOffset() + position, length, budget);
        }
        if (scratch.length < length) {
            scratch = new byte[Math.max(64, Integer.highestOneBit(length) << 1)];
        }
        buffer.get(position, scratch, 0, length);
        return Utf8.decode(scratch, 0, length, budget);
    }

    private void require(int bytes) {
        if (buffer.remaining() < bytes) {
            throw new MalformedFrame(
                    bytes + " bytes needed, but only " + buffer.remaining() + " are left");
        }
    }

    private MalformedFrame tooLong(int length) {
        return new MalformedFrame(
                "a length of " + length + ", but only " + buffer.remaining() + " bytes are left");
    }

    private static <T> T required(@Nullable T value, String what) {
        if (value == null) {
            throw new MalformedFrame("null where the schema wants a " + what);
        }
        return value;
    }
}
