package io.octavo.protocol.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes the primitive types of the protocol into a buffer that grows. Owned by one thread at a
/// time; [#reset] makes it ready for the next message. `flexible` is explained in [Reader].
///
/// Records are not copied unless they are few: a *splice* remembers where in the bytes they belong.
///
/// ```
/// bytes()     | head . . . . . | . . between . . | . tail . |        what was written here
///                              ^                 ^
/// splices()           records of partition 0   records of partition 1
/// ```
public final class Writer {
    /// The largest message: the wire's length field is an int32, and half of it is plenty.
    public static final int BYTES_MAX = 1 << 30;

    /// Records in memory of fewer bytes are copied: below this a copy is cheaper than one more
    /// buffer in a gathering write.
    private static final int SPLICE_BYTES_MIN = 4096;

    private ByteBuffer buffer;
    private final List<Splice> splices = new ArrayList<>(0);
    private int splicedBytes;

    private Writer(ByteBuffer buffer) {
        this.buffer = buffer;
    }

    /// @param bytes the capacity to begin with
    public static Writer heap(int bytes) {
        return new Writer(ByteBuffer.allocate(bytes));
    }

    /// @param bytes the capacity to begin with
    public static Writer direct(int bytes) {
        return new Writer(ByteBuffer.allocateDirect(bytes));
    }

    /// @return the bytes that were written, without the splices: a view that the next write or
    ///   reset makes invalid
    public ByteBuffer bytes() {
        return buffer.duplicate().flip();
    }

    /// @return where records go between the bytes, in order; a view
    public List<Splice> splices() {
        return Collections.unmodifiableList(splices);
    }

    /// @return the size of the message, splices included
    public int sizeBytes() {
        return buffer.position() + splicedBytes;
    }

    /// Forgets what was written and keeps the buffer.
    public void reset() {
        buffer.clear();
        splices.clear();
        splicedBytes = 0;
    }

    public void bool(boolean value) {
        int8((byte) (value ? 1 : 0));
    }

    public void int8(byte value) {
        room(Byte.BYTES).put(value);
    }

    public void int16(short value) {
        room(Short.BYTES).putShort(value);
    }

    public void uint16(int value) {
        if (value >>> Short.SIZE != 0) {
            throw new IllegalArgumentException("not an unsigned 16-bit number: " + value);
        }
        int16((short) value);
    }

    public void int32(int value) {
        room(Integer.BYTES).putInt(value);
    }

    public void uint32(long value) {
        if (value >>> Integer.SIZE != 0) {
            throw new IllegalArgumentException("not an unsigned 32-bit number: " + value);
        }
        int32((int) value);
    }

    public void int64(long value) {
        room(Long.BYTES).putLong(value);
    }

    public void float64(double value) {
        room(Double.BYTES).putDouble(value);
    }

    public void uuid(Uuid value) {
        room(2 * Long.BYTES).putLong(value.most()).putLong(value.least());
    }

    public void unsignedVarint(int value) {
        ByteBuffer out = room(5);
        int rest = value;
        while ((rest & ~0x7f) != 0) {
            out.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }

    /// Zigzag-encoded.
    public void varint(int value) {
        unsignedVarint((value << 1) ^ (value >> 31));
    }

    /// Zigzag-encoded.
    public void varlong(long value) {
        ByteBuffer out = room(10);
        long rest = (value << 1) ^ (value >> 63);
        while ((rest & ~0x7fL) != 0) {
            out.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }

    /// Overwrites four bytes that were written before, such as a length that is known only now.
    public void patchInt32(int position, int value) {
        buffer.putInt(position, value);
    }

    public void string(String value, boolean flexible) {
        int chars = value.length();
        boolean ascii = true;
        for (int i = 0; i < chars && ascii; i++) {
            ascii = value.charAt(i) < 0x80;
        }
        if (!ascii) {
            byte[] bytes = value.getBytes(UTF_8);
            stringLength(bytes.length, flexible);
            room(bytes.length).put(bytes);
            return;
        }
        stringLength(chars, flexible);
        ByteBuffer out = room(chars);
        for (int i = 0; i < chars; i++) {
            out.put((byte) value.charAt(i));
        }
    }

    public void nullableString(@Nullable String value, boolean flexible) {
        if (value != null) {
            string(value, flexible);
        } else if (flexible) {
            int8((byte) 0);
        } else {
            int16((short) -1);
        }
    }

    /// Copies what `value` has left, and does not move its position.
    public void bytes(ByteBuffer value, boolean flexible) {
        count(value.remaining(), flexible);
        append(value);
    }

    public void nullableBytes(@Nullable ByteBuffer value, boolean flexible) {
        if (value == null) {
            count(-1, flexible);
        } else {
            bytes(value, flexible);
        }
    }

    public void records(Records value, boolean flexible) {
        count(value.sizeBytes(), flexible);
        if (value instanceof ByteRecords(ByteBuffer bytes)
                && bytes.remaining() < SPLICE_BYTES_MIN) {
            append(bytes);
            return;
        }
        if (value.sizeBytes() > BYTES_MAX - sizeBytes()) {
            throw tooLarge(value.sizeBytes());
        }
        splices.add(new Splice(buffer.position(), value));
        splicedBytes += value.sizeBytes();
    }

    public void nullableRecords(@Nullable Records value, boolean flexible) {
        if (value == null) {
            count(-1, flexible);
        } else {
            records(value, flexible);
        }
    }

    public <T extends Message> void list(List<T> values, boolean flexible, int version) {
        count(values.size(), flexible);
        for (T value : values) {
            value.write(this, version);
        }
    }

    public <T extends Message> void nullableList(
            @Nullable List<T> values, boolean flexible, int version) {
        if (values == null) {
            count(-1, flexible);
        } else {
            list(values, flexible, version);
        }
    }

    /// Writes the length of a byte array or list; -1 for null.
    public void count(int count, boolean flexible) {
        if (flexible) {
            unsignedVarint(count + 1);
        } else {
            int32(count);
        }
    }

    public void int8s(List<Byte> values, boolean flexible) {
        count(values.size(), flexible);
        for (byte value : values) {
            int8(value);
        }
    }

    public void nullableInt8s(@Nullable List<Byte> values, boolean flexible) {
        if (values == null) {
            count(-1, flexible);
        } else {
            int8s(values, flexible);
        }
    }

    public void int16s(List<Short> values, boolean flexible) {
        count(values.size(), flexible);
        for (short value : values) {
            int16(value);
        }
    }

    public void nullableInt16s(@Nullable List<Short> values, boolean flexible) {
        if (values == null) {
            count(-1, flexible);
        } else {
            int16s(values, flexible);
        }
    }

    public void int32s(List<Integer> values, boolean flexible) {
        count(values.size(), flexible);
        for (int value : values) {
            int32(value);
        }
    }

    public void nullableInt32s(@Nullable List<Integer> values, boolean flexible) {
        if (values == null) {
            count(-1, flexible);
        } else {
            int32s(values, flexible);
        }
    }

    public void int64s(List<Long> values, boolean flexible) {
        count(values.size(), flexible);
        for (long value : values) {
            int64(value);
        }
    }

    public void nullableInt64s(@Nullable List<Long> values, boolean flexible) {
        if (values == null) {
            count(-1, flexible);
        } else {
            int64s(values, flexible);
        }
    }

    public void uuids(List<Uuid> values, boolean flexible) {
        count(values.size(), flexible);
        for (Uuid value : values) {
            uuid(value);
        }
    }

    public void nullableUuids(@Nullable List<Uuid> values, boolean flexible) {
        if (values == null) {
            count(-1, flexible);
        } else {
            uuids(values, flexible);
        }
    }

    public void strings(List<String> values, boolean flexible) {
        count(values.size(), flexible);
        for (String value : values) {
            string(value, flexible);
        }
    }

    public void nullableStrings(@Nullable List<String> values, boolean flexible) {
        if (values == null) {
            count(-1, flexible);
        } else {
            strings(values, flexible);
        }
    }

    /// Writes a struct that may be null, with the mark that says so before it.
    ///
    /// @param tagged whether it is a tagged field, where the mark is a varint
    public void nullableStruct(@Nullable Message value, boolean tagged, int version) {
        if (value == null) {
            int8((byte) (tagged ? 0 : -1));
        } else {
            int8((byte) 1);
            value.write(this, version);
        }
    }

    /// Begins a tagged field whose length is not known yet.
    ///
    /// @return what [#endTag] wants
    public int beginTag(int tag) {
        unsignedVarint(tag);
        int8((byte) 0);
        return buffer.position();
    }

    /// Ends a tagged field: writes its length before it, moving it if the length needs more than
    /// the one byte that was left for it.
    public void endTag(int start) {
        int end = buffer.position();
        int length = end - start;
        if (length < 0x80) {
            buffer.put(start - 1, (byte) length);
            return;
        }
        int shift = (Integer.SIZE - 1 - Integer.numberOfLeadingZeros(length)) / 7;
        room(shift);
        buffer.put(start + shift, buffer, start, length);
        buffer.position(start - 1);
        unsignedVarint(length);
        buffer.position(end + shift);
    }

    private void stringLength(int bytes, boolean flexible) {
        if (bytes > Reader.STRING_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "a string of " + bytes + " bytes, more than " + Reader.STRING_BYTES_MAX);
        }
        if (flexible) {
            unsignedVarint(bytes + 1);
        } else {
            int16((short) bytes);
        }
    }

    private void append(ByteBuffer bytes) {
        int length = bytes.remaining();
        ByteBuffer out = room(length);
        out.put(out.position(), bytes, bytes.position(), length);
        out.position(out.position() + length);
    }

    /// @return the buffer, with at least `bytes` left
    private ByteBuffer room(int bytes) {
        if (buffer.remaining() < bytes) {
            grow(bytes);
        }
        return buffer;
    }

    private void grow(int bytes) {
        if (bytes > BYTES_MAX - sizeBytes()) {
            throw tooLarge(bytes);
        }
        int needed = buffer.position() + bytes;
        int capacity = Math.max(needed, Math.min(BYTES_MAX, 2 * buffer.capacity()));
        ByteBuffer larger =
                buffer.isDirect()
                        ? ByteBuffer.allocateDirect(capacity)
                        : ByteBuffer.allocate(capacity);
        buffer = larger.put(buffer.flip());
    }

    private IllegalStateException tooLarge(int bytes) {
        return new IllegalStateException(
                "a message of more than %d bytes: %d and %d more"
                        .formatted(BYTES_MAX, sizeBytes(), bytes));
    }
}
