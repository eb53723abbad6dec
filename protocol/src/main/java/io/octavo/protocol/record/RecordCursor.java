package io.octavo.protocol.record;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Walks the records of one batch. Every length is checked against the bytes left before it is
/// used, and [#next()] allocates nothing; keys, values and headers are made when asked for.
///
/// ```
/// record   length varint | attributes i8 = 0 | timestampDelta varlong | offsetDelta varint
///          | keyLength varint | key | valueLength varint | value | headers varint | { header }*
/// header   keyLength varint | key, UTF-8 | valueLength varint | value
/// ```
///
/// Varints are zigzag; a negative length stands for null (not for a header's key).
public final class RecordCursor {
    /// A length of one byte, attributes, two deltas, two absent fields and no headers.
    static final int RECORD_BYTES_MIN = 7;

    private static final int HEADER_BYTES_MIN = 2;
    private static final int VARINT_BYTES_MAX = 5;
    private static final int VARLONG_BYTES_MAX = 10;

    private final ByteBuffer body;
    private final long baseOffset;
    private final long baseTimestamp;
    private final boolean appendTimed;
    private final long appendTime;
    private final int count;

    private int index;
    private int at;
    private int end;
    private int recordAt;
    private int attributesAt;
    private int offsetDeltaAt;

    private int offsetDelta;
    private long timestamp;
    private int sizeBytes;
    private int keyAt;
    private int keyBytes;
    private int valueAt;
    private int valueBytes;
    private int headersAt;
    private int headerCount;

    /// @throws CorruptBatch when the codec is unknown, the body does not decompress within
    ///   `outputBytesMax`, or the batch cannot hold as many records as it says
    RecordCursor(RecordBatch batch, int outputBytesMax) {
        Compression compression = batch.compression();
        if (compression == null) {
            throw new CorruptBatch("unknown codec in attributes " + batch.attributes());
        }
        body = compression.decompress(batch.body(), outputBytesMax);
        baseOffset = batch.baseOffset();
        baseTimestamp = batch.baseTimestamp();
        appendTimed = batch.timestampType() == TimestampType.LOG_APPEND_TIME;
        appendTime = batch.maxTimestamp();
        count = batch.count();
        if (count < 0 || count > body.limit() / RECORD_BYTES_MIN) {
            throw new CorruptBatch(
                    count + " records in a batch body of " + body.limit() + " bytes");
        }
    }

    private RecordCursor(RecordCursor other) {
        body = other.body;
        baseOffset = other.baseOffset;
        baseTimestamp = other.baseTimestamp;
        appendTimed = other.appendTimed;
        appendTime = other.appendTime;
        count = other.count;
    }

    /// A cursor before the first of the same records, which are not decompressed again.
    RecordCursor again() {
        return new RecordCursor(this);
    }

    /// What the batch holds, decompressed: all of it is in memory while one of its keys, values or
    /// headers is.
    public int bodyBytes() {
        return body.limit();
    }

    /// Moves to the next record, the first at first; false behind the last.
    ///
    /// @throws CorruptBatch when the record does not follow the format, or bytes are left behind
    ///   the last
    public boolean next() {
        if (index == count) {
            if (at != body.limit()) {
                throw new CorruptBatch(
                        (body.limit() - at) + " bytes left after " + count + " records");
            }
            return false;
        }
        index++;
        recordAt = at;
        end = body.limit();
        int length = varint();
        if (length < 0 || length > body.limit() - at) {
            throw new CorruptBatch(
                    "record "
                            + index
                            + " has length "
                            + length
                            + ", "
                            + (body.limit() - at)
                            + " are left");
        }
        end = at + length;
        attributesAt = at;
        skip(1);
        long timestampDelta = varlong();
        timestamp = appendTimed ? appendTime : baseTimestamp + timestampDelta;
        offsetDeltaAt = at;
        offsetDelta = varint();
        keyBytes = varint();
        keyAt = at;
        skip(keyBytes);
        valueBytes = varint();
        valueAt = at;
        skip(valueBytes);
        headerCount = varint();
        headersAt = at;
        skipHeaders();
        if (at != end) {
            throw new CorruptBatch(
                    "record " + index + " ends " + (end - at) + " bytes before its length says");
        }
        sizeBytes = at - recordAt;
        return true;
    }

    public long offset() {
        return baseOffset + offsetDelta;
    }

    /// The record's place in the batch's offsets.
    public int offsetDelta() {
        return offsetDelta;
    }

    public long timestamp() {
        return timestamp;
    }

    /// What the record takes in the batch, uncompressed, its length field included.
    public int sizeBytes() {
        return sizeBytes;
    }

    public boolean hasKey() {
        return keyBytes >= 0;
    }

    public boolean hasValue() {
        return valueBytes >= 0;
    }

    /// The key, sharing the batch's bytes, or those decompressed from it; null when there is none.
    public @Nullable ByteBuffer key() {
        return slice(keyAt, keyBytes);
    }

    /// The value, shared like the key; null when there is none.
    public @Nullable ByteBuffer value() {
        return slice(valueAt, valueBytes);
    }

    /// The headers in their order; their values are shared like the key.
    public List<Header> headers() {
        if (headerCount == 0) {
            return List.of();
        }
        List<Header> headers = new ArrayList<>(headerCount);
        int behind = at;
        at = headersAt;
        for (int i = 0; i < headerCount; i++) {
            int nameBytes = varint();
            byte[] name = new byte[nameBytes];
            body.get(at, name);
            skip(nameBytes);
            int valueLength = varint();
            headers.add(
                    new Header(new String(name, StandardCharsets.UTF_8), slice(at, valueLength)));
            skip(valueLength);
        }
        at = behind;
        return headers;
    }

    /// All of the record at once.
    public LogRecord record() {
        return new LogRecord(offset(), timestamp, key(), value(), headers());
    }

    byte attributes() {
        return body.get(attributesAt);
    }

    /// The record as it lies in the batch, its length field included.
    ByteBuffer recordBytes() {
        return body.slice(recordAt, at - recordAt);
    }

    /// The record behind its timestamp.
    ByteBuffer bytesFromOffsetDelta() {
        return body.slice(offsetDeltaAt, at - offsetDeltaAt);
    }

    private void skipHeaders() {
        if (headerCount < 0 || headerCount > (end - at) / HEADER_BYTES_MIN) {
            throw new CorruptBatch(
                    "record "
                            + index
                            + " has "
                            + headerCount
                            + " headers in "
                            + (end - at)
                            + " bytes");
        }
        for (int i = 0; i < headerCount; i++) {
            int nameBytes = varint();
            if (nameBytes < 0) {
                throw new CorruptBatch("record " + index + " has a header without a name");
            }
            skip(nameBytes);
            skip(varint());
        }
    }

    private @Nullable ByteBuffer slice(int from, int length) {
        return length < 0 ? null : body.slice(from, length);
    }

    private void skip(int length) {
        if (length > end - at) {
            throw new CorruptBatch(
                    "record "
                            + index
                            + " has a field of "
                            + length
                            + " bytes, "
                            + (end - at)
                            + " are left");
        }
        at += Math.max(length, 0);
    }

    private int varint() {
        int value = 0;
        for (int i = 0; i < VARINT_BYTES_MAX; i++) {
            byte b = take();
            value |= (b & 0x7f) << (7 * i);
            if (b >= 0) {
                return (value >>> 1) ^ -(value & 1);
            }
        }
        throw new CorruptBatch(
                "record " + index + " has a varint of more than " + VARINT_BYTES_MAX + " bytes");
    }

    private long varlong() {
        long value = 0;
        for (int i = 0; i < VARLONG_BYTES_MAX; i++) {
            byte b = take();
            value |= (b & 0x7fL) << (7 * i);
            if (b >= 0) {
                return (value >>> 1) ^ -(value & 1);
            }
        }
        throw new CorruptBatch(
                "record " + index + " has a varlong of more than " + VARLONG_BYTES_MAX + " bytes");
    }

    private byte take() {
        if (at >= end) {
            throw new CorruptBatch("record " + index + " is cut");
        }
        return body.get(at++);
    }
}
