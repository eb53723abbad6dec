package io.octavo.log;

import io.octavo.log.EpochHistory.Epoch;
import io.octavo.protocol.wire.Uuid;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The format of `checkpoint.octavo`, big endian.
///
/// ```
/// header      magic i32 = "OCTC" | version i16 = 1 | directoryId 16 | crc u32 of the 22 before
/// record      length i32 | crc u32 | that many bytes, of which it is: kind i8 | log i32 | ...
///   0 BOOT      what the machine was called when this was written, UTF-8; comes first
///   1 LOG       nameLength i16 | name UTF-8 | topicId 16 | epochs i32 { epoch i32 | start i64 }
///   2 PROGRESS  startOffset i64 | firstSegment i64 | segments i32 | written mark | durable mark
///   3 GONE
/// mark        offset i64 | segment i64 | position i32 | lastBatchBytes i32 | lastBatchCrc i32
///             | maxTimestamp i64 | maxTimestampOffset i64
/// ```
///
/// Logs go by a number that a LOG record gives them; the last record of each kind counts, a LOG
/// record with the PROGRESS record behind it. What follows a record that is not whole does not.
final class CheckpointRecords {
    static final byte BOOT = 0;
    static final byte LOG = 1;
    static final byte PROGRESS = 2;
    static final byte GONE = 3;

    private static final int MAGIC = 0x4F435443;
    private static final short VERSION = 1;
    private static final int HEADER_BYTES = 26;
    private static final int ID_AT = 6;
    private static final int CRC_AT = 22;
    private static final int PREFIX_BYTES = 8;
    private static final int BODY_MIN = 5;
    private static final int UUID_BYTES = 16;
    private static final int EPOCH_BYTES = 12;
    private static final int PROGRESS_BYTES = 108;

    private CheckpointRecords() {}

    static byte[] header(Uuid directoryId) {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        header.putInt(MAGIC).putShort(VERSION);
        header.putLong(directoryId.most()).putLong(directoryId.least());
        header.putInt(crc(header.slice(0, CRC_AT)));
        return header.array();
    }

    static byte[] boot(String bootId) {
        byte[] text = bootId.getBytes(StandardCharsets.UTF_8);
        return sealed(body(BOOT, 0, text.length).put(text));
    }

    static byte[] log(int number, String name, Checkpoint.Entry entry) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        int epochs = entry.epochs().size();
        ByteBuffer body =
                body(
                        LOG,
                        number,
                        Short.BYTES
                                + text.length
                                + UUID_BYTES
                                + Integer.BYTES
                                + epochs * EPOCH_BYTES);
        body.putShort((short) text.length).put(text);
        body.putLong(entry.topicId().most()).putLong(entry.topicId().least());
        body.putInt(epochs);
        for (Epoch epoch : entry.epochs()) {
            body.putInt(epoch.epoch()).putLong(epoch.startOffset());
        }
        return sealed(body);
    }

    static byte[] progress(int number, Checkpoint.Entry entry) {
        ByteBuffer body = body(PROGRESS, number, PROGRESS_BYTES);
        body.putLong(entry.startOffset()).putLong(entry.firstSegment()).putInt(entry.segments());
        putMark(body, entry.written());
        putMark(body, entry.durable());
        return sealed(body);
    }

    static byte[] gone(int number) {
        return sealed(body(GONE, number, 0));
    }

    /// The directory that a file is of; null when its header is not whole.
    static @Nullable Uuid directoryId(ByteBuffer file) {
        if (file.remaining() < HEADER_BYTES) {
            return null;
        }
        ByteBuffer header = file.slice(0, HEADER_BYTES);
        Uuid id = new Uuid(header.getLong(ID_AT), header.getLong(ID_AT + Long.BYTES));
        return header.equals(ByteBuffer.wrap(header(id))) ? id : null;
    }

    /// The logs of a file by their names; none when it is of another directory or not readable. If
    /// the machine was restarted since, no more was written than is durable.
    static Map<String, Checkpoint.Entry> decode(ByteBuffer file, Uuid directoryId, String bootId) {
        Map<String, Checkpoint.Entry> found = new HashMap<>();
        if (file.remaining() < HEADER_BYTES
                || !file.slice(0, HEADER_BYTES).equals(ByteBuffer.wrap(header(directoryId)))) {
            return found;
        }
        Map<Integer, Named> numbers = new HashMap<>();
        file.position(HEADER_BYTES);
        ByteBuffer body = next(file);
        boolean sameBoot =
                !bootId.isEmpty()
                        && body != null
                        && body.equals(ByteBuffer.wrap(boot(bootId)).position(PREFIX_BYTES));
        while (body != null) {
            try {
                apply(body, numbers);
            } catch (BufferUnderflowException strange) {
                break;
            }
            body = next(file);
        }
        for (Named named : numbers.values()) {
            if (named.entry != null) {
                found.put(named.name, sameBoot ? named.entry : named.entry.onlyDurable());
            }
        }
        return found;
    }

    /// @param epochs what the last LOG record says; the PROGRESS record that follows makes it count
    /// @param entry null until that one
    private record Named(
            String name, Uuid topicId, List<Epoch> epochs, Checkpoint.@Nullable Entry entry) {}

    private static void apply(ByteBuffer body, Map<Integer, Named> numbers) {
        byte kind = body.get();
        int number = body.getInt();
        Named known = numbers.get(number);
        switch (kind) {
            case BOOT -> {}
            case LOG -> numbers.put(number, named(body, known));
            case PROGRESS -> {
                if (known != null) {
                    numbers.put(number, progressed(body, known));
                }
            }
            case GONE -> numbers.remove(number);
            default -> throw new BufferUnderflowException();
        }
    }

    private static Named named(ByteBuffer body, @Nullable Named known) {
        byte[] text = new byte[body.getShort()];
        body.get(text);
        Uuid topicId = new Uuid(body.getLong(), body.getLong());
        int count = body.getInt();
        List<Epoch> epochs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            epochs.add(new Epoch(body.getInt(), body.getLong()));
        }
        String name = new String(text, StandardCharsets.UTF_8);
        Checkpoint.Entry entry =
                known != null && known.topicId.equals(topicId) ? known.entry : null;
        return new Named(name, topicId, epochs, entry);
    }

    private static Named progressed(ByteBuffer body, Named known) {
        Checkpoint.Entry entry =
                new Checkpoint.Entry(
                        known.topicId,
                        body.getLong(),
                        body.getLong(),
                        body.getInt(),
                        mark(body),
                        mark(body),
                        known.epochs);
        return new Named(known.name, known.topicId, known.epochs, entry);
    }

    /// The body of the record at the file's position, which is moved behind it; null when there is
    /// no whole one.
    private static @Nullable ByteBuffer next(ByteBuffer file) {
        if (file.remaining() < PREFIX_BYTES) {
            return null;
        }
        int length = file.getInt();
        int crc = file.getInt();
        if (length < BODY_MIN || length > file.remaining()) {
            return null;
        }
        ByteBuffer body = file.slice(file.position(), length);
        if (crc(body.duplicate()) != crc) {
            return null;
        }
        file.position(file.position() + length);
        return body;
    }

    private static ByteBuffer body(byte kind, int number, int bytes) {
        ByteBuffer record = ByteBuffer.allocate(PREFIX_BYTES + BODY_MIN + bytes);
        return record.position(PREFIX_BYTES).put(kind).putInt(number);
    }

    private static byte[] sealed(ByteBuffer record) {
        record.flip();
        int length = record.limit() - PREFIX_BYTES;
        record.putInt(0, length);
        record.putInt(Integer.BYTES, crc(record.slice(PREFIX_BYTES, length)));
        byte[] bytes = new byte[record.limit()];
        record.get(0, bytes);
        return bytes;
    }

    private static void putMark(ByteBuffer into, Mark mark) {
        into.putLong(mark.offset()).putLong(mark.segment()).putInt(mark.position());
        into.putInt(mark.lastBatchBytes()).putInt(mark.lastBatchCrc());
        into.putLong(mark.maxTimestamp()).putLong(mark.maxTimestampOffset());
    }

    private static Mark mark(ByteBuffer from) {
        return new Mark(
                from.getLong(),
                from.getLong(),
                from.getInt(),
                from.getInt(),
                from.getInt(),
                from.getLong(),
                from.getLong());
    }

    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
