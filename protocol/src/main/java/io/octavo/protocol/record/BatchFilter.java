package io.octavo.protocol.record;

import java.nio.ByteBuffer;
import java.util.BitSet;

/// A batch to be written again with only some of its records, as compaction does (KIP-58, KIP-534):
/// offsets, sequence numbers and codec stay, so that a producer's state and what a consumer counts
/// on stay too. For one thread; used once.
///
/// ```
/// while (filter.next())
///     if (wanted(filter.record())) filter.keep();
/// filter.keepsAll() ? the batch as it is : filter.build()
/// ```
public final class BatchFilter {
    private static final int VARLONG_BITS = 7;

    private final RecordBatch batch;
    private final RecordCursor cursor;
    private final BitSet kept = new BitSet();

    private int seen;
    private int count;
    private boolean tombstone;
    private long maxTimestamp = RecordBatch.NO_TIMESTAMP;

    /// @param batch whole; not changed
    /// @param outputBytesMax what it may decompress to
    /// @throws CorruptBatch when it does not decompress within that
    public BatchFilter(RecordBatch batch, int outputBytesMax) {
        this.batch = batch;
        cursor = batch.cursor(outputBytesMax);
    }

    /// What is left when no record is: a header that says what its producer wrote last.
    public static RecordBatch emptied(RecordBatch batch) {
        ByteBuffer header = ByteBuffer.allocate(RecordBatch.HEADER_BYTES);
        header.put(0, batch.bytes(), 0, RecordBatch.HEADER_BYTES);
        int cleared = RecordBatch.COMPRESSION_BITS | RecordBatch.DELETE_HORIZON_BIT;
        header.putShort(RecordBatch.ATTRIBUTES_AT, (short) (batch.attributes() & ~cleared));
        header.putLong(RecordBatch.BASE_TIMESTAMP_AT, RecordBatch.NO_TIMESTAMP);
        return finished(header, 0);
    }

    /// Moves to the next record; false behind the last.
    ///
    /// @throws CorruptBatch when the record does not follow the format
    public boolean next() {
        boolean found = cursor.next();
        seen += found ? 1 : 0;
        return found;
    }

    /// The record moved to.
    public RecordCursor record() {
        return cursor;
    }

    /// The record moved to stays.
    public void keep() {
        kept.set(seen - 1);
        count++;
        tombstone |= !cursor.hasValue();
        maxTimestamp = Math.max(maxTimestamp, cursor.timestamp());
    }

    /// How many records stay.
    public int kept() {
        return count;
    }

    /// Whether all records moved to stay.
    public boolean keepsAll() {
        return count == seen;
    }

    /// Whether one of those that stay has no value.
    public boolean keepsTombstone() {
        return tombstone;
    }

    /// The batch with the records that stay.
    public RecordBatch build() {
        return build(batch.attributes(), batch.baseTimestamp());
    }

    /// The same, with a note from when on its tombstones, or its marker, may go (KIP-534).
    public RecordBatch build(long deleteHorizonMs) {
        int attributes = batch.attributes() | RecordBatch.DELETE_HORIZON_BIT;
        return build((short) attributes, deleteHorizonMs);
    }

    private RecordBatch build(short attributes, long baseTimestamp) {
        BoundedOutput plain = new BoundedOutput(Integer.MAX_VALUE - RecordBatch.HEADER_BYTES);
        RecordCursor again = cursor.again();
        boolean same = baseTimestamp == batch.baseTimestamp();
        for (int i = 0; again.next(); i++) {
            if (kept.get(i)) {
                if (same) {
                    copy(again.recordBytes(), plain);
                } else {
                    copy(again, again.timestamp() - baseTimestamp, plain);
                }
            }
        }
        Compression codec = batch.compression();
        if (codec == null) {
            throw new IllegalStateException(batch + " was decoded without a codec");
        }
        ByteBuffer body = codec.compress(plain.toBuffer(), Compression.DEFAULT_LEVEL);
        ByteBuffer made = ByteBuffer.allocate(RecordBatch.HEADER_BYTES + body.remaining());
        made.put(0, batch.bytes(), 0, RecordBatch.HEADER_BYTES);
        made.put(RecordBatch.HEADER_BYTES, body, body.position(), body.remaining());
        made.putShort(RecordBatch.ATTRIBUTES_AT, attributes);
        made.putLong(RecordBatch.BASE_TIMESTAMP_AT, baseTimestamp);
        if (batch.timestampType() == TimestampType.CREATE_TIME) {
            made.putLong(RecordBatch.MAX_TIMESTAMP_AT, maxTimestamp);
        }
        return finished(made, count);
    }

    private static RecordBatch finished(ByteBuffer made, int count) {
        made.putInt(RecordBatch.LENGTH_AT, made.limit() - RecordBatch.LENGTH_PREFIX_BYTES);
        made.putInt(RecordBatch.COUNT_AT, count);
        RecordBatch batch = new RecordBatch(made);
        batch.stampCrc();
        return batch;
    }

    private static void copy(ByteBuffer from, BoundedOutput into) {
        int length = from.remaining();
        from.get(from.position(), into.room(length), into.size(), length);
        into.advance(length);
    }

    /// Writes a record anew whose base timestamp has changed.
    private static void copy(RecordCursor record, long timestampDelta, BoundedOutput into) {
        ByteBuffer rest = record.bytesFromOffsetDelta();
        int length = 1 + varlongBytes(timestampDelta) + rest.remaining();
        varlong(length, into);
        into.write(record.attributes());
        varlong(timestampDelta, into);
        copy(rest, into);
    }

    private static int varlongBytes(long value) {
        long zigzag = (value << 1) ^ (value >> 63);
        return (Long.SIZE + VARLONG_BITS - 1 - Long.numberOfLeadingZeros(zigzag | 1))
                / VARLONG_BITS;
    }

    private static void varlong(long value, BoundedOutput into) {
        long zigzag = (value << 1) ^ (value >> 63);
        while ((zigzag & ~0x7fL) != 0) {
            into.write((int) (zigzag | 0x80));
            zigzag >>>= VARLONG_BITS;
        }
        into.write((int) zigzag);
    }
}
