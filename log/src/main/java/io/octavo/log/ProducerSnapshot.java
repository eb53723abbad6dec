package io.octavo.log;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The producers' state before an offset, as a file `<offset>.snapshot`: Kafka's format, version 1,
/// which its tools read, and behind it what that leaves out, which they do not look at. Big endian.
///
/// ```
///  0  version   i16 = 1
///  2  crc       u32   CRC-32C of all that follows
///  6  count     i32
/// 10  count times, 46 bytes each:
///       producerId i64 | epoch i16 | lastSequence i32 | lastOffset i64 | offsetDelta i32
///       | timestamp i64 | coordinatorEpoch i32 | transactionStart i64          -1 for none
///     trailer   i32 = "OCT1"
///     count times, in the same order, the idlest first:
///       elapsedMs i64                        since it appended last
///       lastBatchTimestamp i64 | older u8
///       older times, the oldest first:
///         lastSequence i32 | lastOffset i64 | offsetDelta i32 | timestamp i64
///     trailer   i32 = "TXN1"                           not in older files
///     count     i32
///     count times, what is known of the aborted transactions in a segment:
///       baseOffset i64 | count i32 | checksum i32 | lastOffset i64 | firstOffsetMin i64
/// ```
///
/// A file that is not exactly this is as good as absent.
///
/// @param producers the idlest first
/// @param aborted by segment ([TransactionIndex]); null where the file does not tell
record ProducerSnapshot(
        List<ProducerState> producers, @Nullable List<TransactionIndex.Noted> aborted) {
    private static final short VERSION = 1;
    private static final int CRC_AT = 2;
    private static final int COUNT_AT = 6;
    private static final int HEADER_BYTES = 10;
    private static final int ENTRY_BYTES = 46;
    private static final int TRAILER = 0x4F435431;
    private static final int TRAILER_ENTRY_BYTES = 17;
    private static final int OLDER_BYTES = 24;
    private static final int ABORTED_TRAILER = 0x54584E31;
    private static final int ABORTED_BYTES = 32;
    private static final long NANOS_PER_MS = 1_000_000;

    /// The file's bytes.
    static ByteBuffer encode(
            ProducerStates producers, List<TransactionIndex.Noted> aborted, long nowNanos) {
        int size = HEADER_BYTES + 3 * Integer.BYTES + aborted.size() * ABORTED_BYTES;
        for (ProducerState state : producers.all()) {
            size += ENTRY_BYTES + TRAILER_ENTRY_BYTES + older(state) * OLDER_BYTES;
        }
        ByteBuffer bytes = ByteBuffer.allocate(size);
        bytes.putShort(VERSION).putInt(0).putInt(producers.count());
        for (ProducerState state : producers.all()) {
            putEntry(bytes, state);
        }
        bytes.putInt(TRAILER);
        for (ProducerState state : producers.all()) {
            putTrailer(bytes, state, nowNanos);
        }
        bytes.putInt(ABORTED_TRAILER).putInt(aborted.size());
        for (TransactionIndex.Noted one : aborted) {
            bytes.putLong(one.baseOffset()).putInt(one.count()).putInt(one.checksum());
            bytes.putLong(one.lastOffset()).putLong(one.firstOffsetMin());
        }
        bytes.flip();
        bytes.putInt(CRC_AT, crc(bytes));
        return bytes;
    }

    /// What is in a file's bytes; null when the file is not whole. A file of Kafka's own is read
    /// too: what it leaves out is not known then.
    static @Nullable ProducerSnapshot decode(ByteBuffer bytes, long nowNanos) {
        if (bytes.remaining() < HEADER_BYTES
                || bytes.getShort(0) != VERSION
                || bytes.getInt(CRC_AT) != crc(bytes)) {
            return null;
        }
        int count = bytes.getInt(COUNT_AT);
        if (count < 0 || count > (bytes.remaining() - HEADER_BYTES) / ENTRY_BYTES) {
            return null;
        }
        ByteBuffer trailer = bytes.duplicate().position(HEADER_BYTES + count * ENTRY_BYTES);
        boolean ours = trailer.hasRemaining();
        if (ours && (trailer.remaining() < Integer.BYTES || trailer.getInt() != TRAILER)) {
            return null;
        }
        List<ProducerState> states = new ArrayList<>(count);
        ByteBuffer entries = bytes.duplicate().position(HEADER_BYTES);
        try {
            for (int i = 0; i < count; i++) {
                states.add(state(entries, ours ? trailer : null, nowNanos));
            }
            return new ProducerSnapshot(states, trailer.hasRemaining() ? aborted(trailer) : null);
        } catch (BufferUnderflowException cut) {
            return null;
        }
    }

    private static @Nullable List<TransactionIndex.Noted> aborted(ByteBuffer trailer) {
        int magic = trailer.getInt();
        int count = trailer.getInt();
        if (magic != ABORTED_TRAILER || count < 0 || count > trailer.remaining() / ABORTED_BYTES) {
            return null;
        }
        List<TransactionIndex.Noted> aborted = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            aborted.add(
                    new TransactionIndex.Noted(
                            trailer.getLong(),
                            trailer.getInt(),
                            trailer.getInt(),
                            trailer.getLong(),
                            trailer.getLong()));
        }
        return aborted;
    }

    private static int older(ProducerState state) {
        return Math.max(state.batches() - 1, 0);
    }

    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(COUNT_AT, bytes.limit() - COUNT_AT));
        return (int) crc.getValue();
    }

    private static void putEntry(ByteBuffer bytes, ProducerState state) {
        int last = state.batches() - 1;
        bytes.putLong(state.id).putShort(state.epoch()).putInt(state.lastSequence());
        bytes.putLong(last < 0 ? -1 : state.lastOffset(last));
        bytes.putInt(last < 0 ? 0 : state.offsetDelta(last));
        bytes.putLong(state.lastTimestamp()).putInt(state.coordinatorEpoch());
        bytes.putLong(state.transactionStart());
    }

    private static void putTrailer(ByteBuffer bytes, ProducerState state, long nowNanos) {
        int older = older(state);
        bytes.putLong(Math.max(nowNanos - state.lastNanos(), 0) / NANOS_PER_MS);
        bytes.putLong(state.batches() == 0 ? -1 : state.timestamp(older)).put((byte) older);
        for (int i = 0; i < older; i++) {
            bytes.putInt(state.lastSequence(i)).putLong(state.lastOffset(i));
            bytes.putInt(state.offsetDelta(i)).putLong(state.timestamp(i));
        }
    }

    private static ProducerState state(
            ByteBuffer entry, @Nullable ByteBuffer trailer, long nowNanos) {
        ProducerState state = new ProducerState(entry.getLong());
        short epoch = entry.getShort();
        int lastSequence = entry.getInt();
        long lastOffset = entry.getLong();
        int offsetDelta = entry.getInt();
        long timestamp = entry.getLong();
        state.coordinated(entry.getInt());
        long transactionStart = entry.getLong();
        long lastNanos = nowNanos;
        long lastBatchTimestamp = timestamp;
        int older = 0;
        if (trailer != null) {
            lastNanos -= trailer.getLong() * NANOS_PER_MS;
            lastBatchTimestamp = trailer.getLong();
            older = Byte.toUnsignedInt(trailer.get());
        }
        state.become(epoch, timestamp, lastNanos);
        for (int i = 0; i < older && trailer != null; i++) {
            int sequence = trailer.getInt();
            long offset = trailer.getLong();
            int delta = trailer.getInt();
            state.add(offset, trailer.getLong(), sequence, delta);
        }
        if (lastOffset >= 0) {
            state.add(lastOffset, lastBatchTimestamp, lastSequence, offsetDelta);
        }
        if (transactionStart >= 0) {
            state.beginTransaction(transactionStart);
        }
        return state;
    }
}
