package io.octavo.protocol.record;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Builds one batch in memory: records are appended as [RecordCursor] draws them, compressed as one
/// when the batch is built, behind the header that [RecordBatch] draws. For one thread; a builder
/// is used once.
public final class RecordBatchBuilder {
    private static final int FIRST_BYTES = 1 << 10;
    private static final int VARINT_BYTES_MAX = 5;
    private static final int VARLONG_BYTES_MAX = 10;

    /// Length, attributes, two deltas, two field lengths and the number of headers, each at its
    /// longest.
    private static final int RECORD_OVERHEAD_BYTES_MAX =
            5 * VARINT_BYTES_MAX + VARLONG_BYTES_MAX + 1;

    private final Compression compression;
    private final int level;

    private long baseOffset;
    private int leaderEpoch = RecordBatch.NO_LEADER_EPOCH;
    private long producerId = RecordBatch.NO_PRODUCER_ID;
    private short producerEpoch = RecordBatch.NO_PRODUCER_EPOCH;
    private int baseSequence = RecordBatch.NO_SEQUENCE;
    private int flags;

    private byte[] bytes = new byte[FIRST_BYTES];
    private int size = RecordBatch.HEADER_BYTES;
    private int count;
    private int lastOffsetDelta = -1;
    private long baseTimestamp = RecordBatch.NO_TIMESTAMP;
    private long maxTimestamp = RecordBatch.NO_TIMESTAMP;

    public RecordBatchBuilder(Compression compression) {
        this(compression, Compression.DEFAULT_LEVEL);
    }

    /// @param level the codec's own scale, or [Compression#DEFAULT_LEVEL]
    public RecordBatchBuilder(Compression compression, int level) {
        this.compression = compression;
        this.level = level;
    }

    /// Where the batch's offsets begin; 0 unless said, as in a client's batch. To be said before
    /// the first record.
    public RecordBatchBuilder baseOffset(long offset) {
        baseOffset = offset;
        return this;
    }

    public RecordBatchBuilder leaderEpoch(int epoch) {
        leaderEpoch = epoch;
        return this;
    }

    /// Makes the batch one of an idempotent producer.
    public RecordBatchBuilder producer(long id, short epoch, int firstSequence) {
        producerId = id;
        producerEpoch = epoch;
        baseSequence = firstSequence;
        return this;
    }

    public RecordBatchBuilder transactional() {
        flags |= RecordBatch.TRANSACTIONAL_BIT;
        return this;
    }

    RecordBatchBuilder control() {
        flags |= RecordBatch.CONTROL_BIT;
        return this;
    }

    /// Appends a record at the next offset.
    ///
    /// @param timestamp milliseconds since 1970, or -1
    /// @param key copied, not moved; null for none
    /// @param value copied, not moved; null for a tombstone
    public void append(
            long timestamp,
            @Nullable ByteBuffer key,
            @Nullable ByteBuffer value,
            List<Header> headers) {
        appendAt(baseOffset + lastOffsetDelta + 1, timestamp, key, value, headers);
    }

    /// Appends a record at an offset behind the last one's, which leaves a gap as compaction does.
    public void appendAt(
            long offset,
            long timestamp,
            @Nullable ByteBuffer key,
            @Nullable ByteBuffer value,
            List<Header> headers) {
        long delta = offset - baseOffset;
        if (delta <= lastOffsetDelta || delta > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "offset " + offset + " does not follow " + (baseOffset + lastOffsetDelta));
        }
        if (count == 0) {
            baseTimestamp = timestamp;
        }
        int body = bodyBytes((int) delta, timestamp - baseTimestamp, key, value, headers);
        reserve(body + VARINT_BYTES_MAX);
        varint(body);
        bytes[size++] = 0;
        varlong(timestamp - baseTimestamp);
        varint((int) delta);
        field(key);
        field(value);
        varint(headers.size());
        for (Header header : headers) {
            field(ByteBuffer.wrap(header.key().getBytes(StandardCharsets.UTF_8)));
            field(header.value());
        }
        count++;
        lastOffsetDelta = (int) delta;
        maxTimestamp = Math.max(maxTimestamp, timestamp);
    }

    public int count() {
        return count;
    }

    /// The batch's size so far, before compression.
    public int sizeBytes() {
        return size;
    }

    /// The most that one record adds to a batch, before compression.
    public static int recordBytesMax(
            @Nullable ByteBuffer key, @Nullable ByteBuffer value, List<Header> headers) {
        int max = RECORD_OVERHEAD_BYTES_MAX + remaining(key) + remaining(value);
        for (Header header : headers) {
            max += 2 * VARINT_BYTES_MAX + utf8Bytes(header.key()) + remaining(header.value());
        }
        return max;
    }

    /// The finished batch, from position to limit of a heap buffer.
    public ByteBuffer build() {
        ByteBuffer batch = ByteBuffer.wrap(bytes, 0, size);
        if (compression != Compression.NONE) {
            ByteBuffer plain =
                    batch.slice(RecordBatch.HEADER_BYTES, size - RecordBatch.HEADER_BYTES);
            ByteBuffer packed = compression.compress(plain, level);
            batch = ByteBuffer.allocate(RecordBatch.HEADER_BYTES + packed.remaining());
            batch.put(RecordBatch.HEADER_BYTES, packed, packed.position(), packed.remaining());
        }
        batch.putInt(RecordBatch.LENGTH_AT, batch.limit() - RecordBatch.LENGTH_PREFIX_BYTES);
        batch.put(RecordBatch.MAGIC_AT, RecordBatch.MAGIC);
        batch.putShort(RecordBatch.ATTRIBUTES_AT, (short) (flags | compression.id()));
        batch.putInt(RecordBatch.LAST_OFFSET_DELTA_AT, lastOffsetDelta);
        batch.putLong(RecordBatch.BASE_TIMESTAMP_AT, baseTimestamp);
        batch.putLong(RecordBatch.MAX_TIMESTAMP_AT, maxTimestamp);
        batch.putInt(RecordBatch.COUNT_AT, count);
        RecordBatch view = new RecordBatch(batch);
        view.stamp(baseOffset, leaderEpoch);
        view.stampProducer(producerId, producerEpoch, baseSequence);
        return batch;
    }

    private static int bodyBytes(
            int offsetDelta,
            long timestampDelta,
            @Nullable ByteBuffer key,
            @Nullable ByteBuffer value,
            List<Header> headers) {
        int body = 1 + varintBytes(timestampDelta) + varintBytes(offsetDelta);
        body += fieldBytes(key) + fieldBytes(value) + varintBytes(headers.size());
        for (Header header : headers) {
            int nameBytes = utf8Bytes(header.key());
            body += varintBytes(nameBytes) + nameBytes + fieldBytes(header.value());
        }
        return body;
    }

    private static int fieldBytes(@Nullable ByteBuffer field) {
        return field == null ? 1 : varintBytes(field.remaining()) + field.remaining();
    }

    private static int remaining(@Nullable ByteBuffer field) {
        return field == null ? 0 : field.remaining();
    }

    private static int utf8Bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static int varintBytes(long value) {
        long zigzag = (value << 1) ^ (value >> 63);
        return (70 - Long.numberOfLeadingZeros(zigzag | 1)) / 7;
    }

    private void reserve(int more) {
        if (more > bytes.length - size) {
            long wanted = Math.max(2L * bytes.length, (long) size + more);
            bytes = Arrays.copyOf(bytes, (int) Math.min(wanted, Integer.MAX_VALUE - 8));
        }
    }

    private void field(@Nullable ByteBuffer field) {
        if (field == null) {
            varint(-1);
            return;
        }
        int length = field.remaining();
        varint(length);
        field.get(field.position(), bytes, size, length);
        size += length;
    }

    private void varint(int value) {
        varlong(value);
    }

    private void varlong(long value) {
        long zigzag = (value << 1) ^ (value >> 63);
        while ((zigzag & ~0x7fL) != 0) {
            bytes[size++] = (byte) (zigzag | 0x80);
            zigzag >>>= 7;
        }
        bytes[size++] = (byte) zigzag;
    }
}
