package io.octavo.protocol.record;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// A record batch of version 2 where it lies: a view that reads fields in place, verifies the CRC,
/// and stamps what the broker decides. The format is the same on the wire and on disk, big endian
/// (KIP-98; the message format section of the protocol's documentation).
///
/// ```
///  0  baseOffset            i64   the first record's offset; stamped by the broker
///  8  batchLength           i32   bytes that follow this field
/// 12  partitionLeaderEpoch  i32   stamped by the broker
/// 16  magic                 i8    2
/// 17  crc                   u32   CRC-32C of everything from byte 21 to the end
/// 21  attributes            i16   0-2 compression, 3 timestamp type, 4 transactional, 5 control, 6 delete horizon
/// 23  lastOffsetDelta       i32   last offset - base offset; kept by compaction
/// 27  baseTimestamp         i64   the first record's (with bit 6: the delete horizon)
/// 35  maxTimestamp          i64
/// 43  producerId            i64   -1 without idempotence
/// 51  producerEpoch         i16
/// 53  baseSequence          i32
/// 57  count                 i32   records
/// 61  records                     compressed as one, or plain
/// ```
///
/// What precedes byte 21 is outside the CRC, so that offset and epoch are stamped without reading
/// the batch. The view covers the buffer it was given and never moves it; the buffer's owner stays
/// its owner. Accessors do not judge: [#isWhole()] and [#crcValid()] do, and [BatchCheck] for a
/// client's batch.
public final class RecordBatch {
    public static final int BASE_OFFSET_AT = 0;
    public static final int LENGTH_AT = 8;
    public static final int LEADER_EPOCH_AT = 12;
    public static final int MAGIC_AT = 16;
    public static final int CRC_AT = 17;
    public static final int ATTRIBUTES_AT = 21;
    public static final int LAST_OFFSET_DELTA_AT = 23;
    public static final int BASE_TIMESTAMP_AT = 27;
    public static final int MAX_TIMESTAMP_AT = 35;
    public static final int PRODUCER_ID_AT = 43;
    public static final int PRODUCER_EPOCH_AT = 51;
    public static final int BASE_SEQUENCE_AT = 53;
    public static final int COUNT_AT = 57;

    /// What comes before the first record.
    public static final int HEADER_BYTES = 61;

    /// Base offset and length: what has to be read to know a batch's size. The length counts from
    /// here.
    public static final int LENGTH_PREFIX_BYTES = 12;

    /// The only format served.
    public static final byte MAGIC = 2;

    public static final long NO_PRODUCER_ID = -1;
    public static final short NO_PRODUCER_EPOCH = -1;
    public static final int NO_SEQUENCE = -1;
    public static final int NO_LEADER_EPOCH = -1;
    public static final long NO_TIMESTAMP = -1;

    static final int COMPRESSION_BITS = 0x07;
    static final int APPEND_TIME_BIT = 0x08;
    static final int TRANSACTIONAL_BIT = 0x10;
    static final int CONTROL_BIT = 0x20;
    static final int DELETE_HORIZON_BIT = 0x40;

    private final ByteBuffer bytes;

    /// A view of the batch that begins at the buffer's position. What lies behind the batch may
    /// follow in the buffer; for a header alone, only its fields and stamps may be used.
    ///
    /// @param buffer at least [#HEADER_BYTES] from its position on; not moved, shared with the
    ///   caller
    public RecordBatch(ByteBuffer buffer) {
        if (buffer.remaining() < HEADER_BYTES) {
            throw new IllegalArgumentException(
                    "a batch header has "
                            + HEADER_BYTES
                            + " bytes, the buffer "
                            + buffer.remaining());
        }
        bytes = buffer.slice();
    }

    /// The whole batch at the buffer's position, which is moved behind it; null, and the buffer not
    /// moved, when what is left does not hold a whole one, as at the end of a fetch that was cut at
    /// its byte limit.
    ///
    /// @throws CorruptBatch when the length field is below a header's, so that nothing after it can
    ///   be found
    public static @Nullable RecordBatch next(ByteBuffer buffer) {
        if (buffer.remaining() < LENGTH_PREFIX_BYTES) {
            return null;
        }
        int length = buffer.slice().getInt(LENGTH_AT);
        if (length < HEADER_BYTES - LENGTH_PREFIX_BYTES) {
            throw new CorruptBatch("batch length " + length + " is shorter than a batch header");
        }
        if (length > buffer.remaining() - LENGTH_PREFIX_BYTES) {
            return null;
        }
        int size = LENGTH_PREFIX_BYTES + length;
        RecordBatch batch = new RecordBatch(buffer.slice(buffer.position(), size));
        buffer.position(buffer.position() + size);
        return batch;
    }

    public long baseOffset() {
        return bytes.getLong(BASE_OFFSET_AT);
    }

    /// The batch's own size as its length field says, in bytes, the field included; below
    /// [#HEADER_BYTES], or not in the int range (then negative), in a corrupt batch.
    public int sizeBytes() {
        return bytes.getInt(LENGTH_AT) + LENGTH_PREFIX_BYTES;
    }

    public int leaderEpoch() {
        return bytes.getInt(LEADER_EPOCH_AT);
    }

    public byte magic() {
        return bytes.get(MAGIC_AT);
    }

    /// The CRC-32C in the header, unsigned.
    public long crc() {
        return Integer.toUnsignedLong(bytes.getInt(CRC_AT));
    }

    public short attributes() {
        return bytes.getShort(ATTRIBUTES_AT);
    }

    /// The codec, or null when the attributes name none that exists.
    public @Nullable Compression compression() {
        return Compression.of(attributes() & COMPRESSION_BITS);
    }

    public TimestampType timestampType() {
        return (attributes() & APPEND_TIME_BIT) == 0
                ? TimestampType.CREATE_TIME
                : TimestampType.LOG_APPEND_TIME;
    }

    public boolean isTransactional() {
        return (attributes() & TRANSACTIONAL_BIT) != 0;
    }

    public boolean isControl() {
        return (attributes() & CONTROL_BIT) != 0;
    }

    /// Whether the base timestamp is the time from which tombstones may go (KIP-534).
    public boolean hasDeleteHorizon() {
        return (attributes() & DELETE_HORIZON_BIT) != 0;
    }

    public int lastOffsetDelta() {
        return bytes.getInt(LAST_OFFSET_DELTA_AT);
    }

    /// The last record's offset, also when compaction has removed that record.
    public long lastOffset() {
        return baseOffset() + lastOffsetDelta();
    }

    /// The offset after the last.
    public long nextOffset() {
        return lastOffset() + 1;
    }

    public long baseTimestamp() {
        return bytes.getLong(BASE_TIMESTAMP_AT);
    }

    public long maxTimestamp() {
        return bytes.getLong(MAX_TIMESTAMP_AT);
    }

    public long producerId() {
        return bytes.getLong(PRODUCER_ID_AT);
    }

    public boolean hasProducerId() {
        return producerId() > NO_PRODUCER_ID;
    }

    public short producerEpoch() {
        return bytes.getShort(PRODUCER_EPOCH_AT);
    }

    public int baseSequence() {
        return bytes.getInt(BASE_SEQUENCE_AT);
    }

    /// The last record's sequence, which follows 2^31-1 with 0; [#NO_SEQUENCE] when there is no
    /// base.
    public int lastSequence() {
        int base = baseSequence();
        return base == NO_SEQUENCE ? NO_SEQUENCE : sequenceAfter(base, lastOffsetDelta());
    }

    /// The sequence `increment` after `sequence`: 0 follows 2^31-1.
    public static int sequenceAfter(int sequence, int increment) {
        return (sequence + increment) & Integer.MAX_VALUE;
    }

    /// Records in the batch, as the header says; not verified.
    public int count() {
        return bytes.getInt(COUNT_AT);
    }

    /// Whether the length field fits a batch that lies in the buffer to its end.
    public boolean isWhole() {
        int size = sizeBytes();
        return size >= HEADER_BYTES && size <= bytes.capacity();
    }

    /// Whether the batch is whole and its content is what the CRC was computed of. Reads all of it,
    /// without copying.
    public boolean crcValid() {
        return isWhole() && computedCrc() == bytes.getInt(CRC_AT);
    }

    /// Writes what the broker decides at an append that keeps the producer's timestamps; the CRC
    /// does not cover it.
    public void stamp(long baseOffset, int leaderEpoch) {
        bytes.putLong(BASE_OFFSET_AT, baseOffset);
        bytes.putInt(LEADER_EPOCH_AT, leaderEpoch);
    }

    /// Makes `wallMs` the timestamp of every record (`message.timestamp.type=LogAppendTime`) and
    /// the CRC right again. The batch has to be whole.
    public void stampAppendTime(long wallMs) {
        bytes.putShort(ATTRIBUTES_AT, (short) (attributes() | APPEND_TIME_BIT));
        bytes.putLong(MAX_TIMESTAMP_AT, wallMs);
        bytes.putInt(CRC_AT, computedCrc());
    }

    /// Makes the header name the latest timestamp of the records, and the CRC right again. The
    /// batch has to be whole.
    void stampMaxTimestamp(long timestamp) {
        bytes.putLong(MAX_TIMESTAMP_AT, timestamp);
        bytes.putInt(CRC_AT, computedCrc());
    }

    /// Writes an idempotent producer's identity, as a producer that starts anew does, and makes the
    /// CRC right again. The batch has to be whole.
    public void stampProducer(long id, short epoch, int firstSequence) {
        bytes.putLong(PRODUCER_ID_AT, id);
        bytes.putShort(PRODUCER_EPOCH_AT, epoch);
        bytes.putInt(BASE_SEQUENCE_AT, firstSequence);
        bytes.putInt(CRC_AT, computedCrc());
    }

    /// Walks the records without allocating for each, decompressed within the limits for bytes from
    /// a peer.
    ///
    /// @throws CorruptBatch as the cursor does; the batch has to be whole
    public RecordCursor cursor() {
        return cursor(Compression.outputBytesMax(sizeBytes()));
    }

    /// The same with another limit for what the batch decompresses to.
    public RecordCursor cursor(int outputBytesMax) {
        return new RecordCursor(this, outputBytesMax);
    }

    /// All records, decoded and, within the limits for bytes from a peer, decompressed.
    ///
    /// @throws CorruptBatch when one of them does not follow the format
    public List<LogRecord> records() {
        RecordCursor cursor = cursor();
        List<LogRecord> records = new ArrayList<>(count());
        while (cursor.next()) {
            records.add(cursor.record());
        }
        return records;
    }

    /// The same records under another codec, for a topic whose `compression.type` is not its
    /// producer's; a batch of its own, offsets and producer as here.
    ///
    /// @param level the codec's own scale, or [Compression#DEFAULT_LEVEL]
    /// @throws CorruptBatch when the body does not decompress within `outputBytesMax`; the batch
    ///   has to be whole
    public RecordBatch recompressed(Compression codec, int level, int outputBytesMax) {
        Compression own = compression();
        if (own == null) {
            throw new CorruptBatch("unknown codec in attributes " + attributes());
        }
        ByteBuffer body = codec.compress(own.decompress(body(), outputBytesMax), level);
        ByteBuffer made = ByteBuffer.allocate(HEADER_BYTES + body.remaining());
        made.put(0, bytes, 0, HEADER_BYTES);
        made.put(HEADER_BYTES, body, body.position(), body.remaining());
        made.putInt(LENGTH_AT, made.limit() - LENGTH_PREFIX_BYTES);
        made.putShort(ATTRIBUTES_AT, (short) ((attributes() & ~COMPRESSION_BITS) | codec.id()));
        RecordBatch batch = new RecordBatch(made);
        made.putInt(CRC_AT, batch.computedCrc());
        return batch;
    }

    /// Makes the CRC right for what the batch holds now. The batch has to be whole.
    void stampCrc() {
        bytes.putInt(CRC_AT, computedCrc());
    }

    /// The whole batch from position to limit, sharing its bytes; the caller's own position.
    public ByteBuffer bytes() {
        return bytes.slice(0, sizeBytes());
    }

    /// What follows the header, as it is stored, sharing its bytes.
    ByteBuffer body() {
        return bytes.slice(HEADER_BYTES, sizeBytes() - HEADER_BYTES);
    }

    @Override
    public String toString() {
        return "RecordBatch[offsets "
                + baseOffset()
                + ".."
                + lastOffset()
                + ", "
                + sizeBytes()
                + " bytes, epoch "
                + leaderEpoch()
                + ", "
                + count()
                + " records]";
    }

    private int computedCrc() {
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(ATTRIBUTES_AT, sizeBytes() - ATTRIBUTES_AT));
        return (int) crc.getValue();
    }
}
