package io.octavo.protocol.record;

import io.octavo.protocol.api.ErrorCode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is checked in a client's batch before it is appended: the header and the CRC always
/// ([#header]), the records only where a topic's settings demand it ([#records]). Each finding has
/// the error code that Apache Kafka gives.
public final class BatchCheck {
    /// The first Produce version that may carry zstd (KIP-110).
    private static final int ZSTD_FROM_VERSION = 7;

    /// Kafka reads shorter batches as damaged, and longer ones that are cut as none at all.
    private static final int LEGACY_RECORD_BYTES_MIN = 14;

    private static final int LEGACY_HEADER_BYTES = RecordBatch.MAGIC_AT + 1;

    /// An answer names so many records of a batch at most; its producer made all of them in the
    /// same way.
    private static final int RECORD_ERRORS_MAX = 100;

    private BatchCheck() {}

    /// What a check found.
    public sealed interface Result {}

    /// Nothing is wrong with the batch.
    public record Sound(RecordBatch batch) implements Result {}

    /// Nothing of it is to be written.
    ///
    /// @param message what is wrong, with the values
    /// @param records which records, as far as that was looked at (KIP-467)
    public record Refused(ErrorCode code, String message, List<RecordError> records)
            implements Result {
        Refused(ErrorCode code, String message) {
            this(code, message, List.of());
        }
    }

    /// @param index the record's place in its batch
    public record RecordError(int index, String message) {}

    /// Checks the `records` field of one partition in a Produce request, all but the records
    /// themselves. Reads every byte once, for the CRC. Bytes behind the batch that are no whole
    /// batch are not part of it, as in Kafka.
    ///
    /// @param bytes from position to limit; not moved, and shared with the batch that is found
    /// @param transactional whether the request names a transactional id
    /// @param wallMs now
    public static Result header(
            ByteBuffer bytes,
            BatchLimits limits,
            int produceVersion,
            boolean transactional,
            long wallMs) {
        Refused refused = framing(bytes);
        if (refused != null) {
            return refused;
        }
        RecordBatch batch = new RecordBatch(bytes);
        refused = content(batch, limits, produceVersion);
        if (refused == null) {
            refused = counts(batch);
        }
        if (refused == null) {
            refused = producer(batch, transactional);
        }
        if (refused == null) {
            refused = timestamps(batch, limits, wallMs);
        }
        return refused == null ? new Sound(new RecordBatch(batch.bytes())) : refused;
    }

    /// Decodes a batch whose header is sound and checks every record: the format, consecutive
    /// offsets, the topic's demand for keys, timestamps. Takes as long as decompressing does. A
    /// header that names another latest timestamp than the records have is put right, as Kafka
    /// does.
    public static Result records(RecordBatch batch, BatchLimits limits, long wallMs) {
        List<RecordError> errors = new ArrayList<>();
        boolean badTime = false;
        long latest = RecordBatch.NO_TIMESTAMP;
        try {
            RecordCursor cursor = batch.cursor();
            for (int index = 0; cursor.next(); index++) {
                latest = Math.max(latest, cursor.timestamp());
                if (cursor.offsetDelta() != index) {
                    return new Refused(
                            ErrorCode.INVALID_RECORD,
                            "record " + index + " has offset delta " + cursor.offsetDelta());
                }
                boolean timely = limits.allows(cursor.timestamp(), wallMs);
                boolean keyed = !limits.keysRequired() || cursor.hasKey();
                badTime |= !timely;
                if ((!timely || !keyed) && errors.size() < RECORD_ERRORS_MAX) {
                    errors.add(
                            new RecordError(
                                    index,
                                    keyed
                                            ? lateOrEarly(cursor.timestamp(), limits, wallMs)
                                            : "a compacted topic takes no record without a key"));
                }
            }
        } catch (CorruptBatch e) {
            return invalid(String.valueOf(e.getMessage()));
        }
        if (errors.isEmpty()) {
            if (latest != batch.maxTimestamp()) {
                batch.stampMaxTimestamp(latest);
            }
            return new Sound(batch);
        }
        return new Refused(
                badTime ? ErrorCode.INVALID_TIMESTAMP : ErrorCode.INVALID_RECORD,
                "record " + errors.get(0).index() + ": " + errors.get(0).message(),
                List.copyOf(errors));
    }

    /// One whole batch of magic 2 at the front, and no other whole one behind it.
    private static @Nullable Refused framing(ByteBuffer bytes) {
        ByteBuffer view = bytes.slice();
        Next first = next(view, 0);
        if (first == Next.NONE) {
            return invalid("a batch is missing or cut: " + view.limit() + " bytes");
        }
        if (first == Next.DAMAGED) {
            return corrupt(
                    "the batch's length or magic is not one: "
                            + view.getInt(RecordBatch.LENGTH_AT));
        }
        byte magic = view.get(RecordBatch.MAGIC_AT);
        if (magic != RecordBatch.MAGIC) {
            return invalid("magic " + magic + "; only 2 is taken");
        }
        int size = RecordBatch.LENGTH_PREFIX_BYTES + view.getInt(RecordBatch.LENGTH_AT);
        if (size < RecordBatch.HEADER_BYTES) {
            return corrupt("a batch of " + size + " bytes is shorter than its header");
        }
        return switch (next(view, size)) {
            case NONE -> null;
            case DAMAGED -> corrupt("bytes behind the batch are no batch");
            case WHOLE -> invalid("more than one batch for a partition");
        };
    }

    private enum Next {
        NONE,
        DAMAGED,
        WHOLE
    }

    /// What lies at `at`, by the rules that Kafka reads a log with.
    private static Next next(ByteBuffer view, int at) {
        int left = view.limit() - at;
        if (left < LEGACY_HEADER_BYTES) {
            return Next.NONE;
        }
        int length = view.getInt(at + RecordBatch.LENGTH_AT);
        byte magic = view.get(at + RecordBatch.MAGIC_AT);
        if (length < LEGACY_RECORD_BYTES_MIN || magic < 0 || magic > RecordBatch.MAGIC) {
            return Next.DAMAGED;
        }
        return length > left - RecordBatch.LENGTH_PREFIX_BYTES ? Next.NONE : Next.WHOLE;
    }

    private static @Nullable Refused content(
            RecordBatch batch, BatchLimits limits, int produceVersion) {
        Compression codec = batch.compression();
        if (codec == Compression.ZSTD && produceVersion < ZSTD_FROM_VERSION) {
            return new Refused(
                    ErrorCode.UNSUPPORTED_COMPRESSION_TYPE,
                    "zstd needs Produce version 7, the request has " + produceVersion);
        }
        if (batch.baseOffset() != 0) {
            return invalid(
                    "base offset " + batch.baseOffset() + " in a producer's batch; it has to be 0");
        }
        if (batch.sizeBytes() > limits.messageBytesMax()) {
            return new Refused(
                    ErrorCode.MESSAGE_TOO_LARGE,
                    "the batch has "
                            + batch.sizeBytes()
                            + " bytes, max.message.bytes is "
                            + limits.messageBytesMax());
        }
        if (!batch.crcValid()) {
            return corrupt("the batch is not what its CRC " + batch.crc() + " was computed of");
        }
        if (codec == null) {
            return new Refused(
                    ErrorCode.UNSUPPORTED_COMPRESSION_TYPE,
                    "unknown codec " + (batch.attributes() & RecordBatch.COMPRESSION_BITS));
        }
        if (batch.sizeBytes() > limits.segmentBytesMax()) {
            return new Refused(
                    ErrorCode.RECORD_LIST_TOO_LARGE,
                    "the batch has "
                            + batch.sizeBytes()
                            + " bytes, segment.bytes is "
                            + limits.segmentBytesMax());
        }
        return null;
    }

    private static @Nullable Refused counts(RecordBatch batch) {
        long span = batch.lastOffsetDelta() + 1L;
        if (span <= 0 || batch.count() != span) {
            return invalid(batch.count() + " records over " + span + " offsets");
        }
        if (batch.isControl()) {
            return invalid("control records are not written by clients");
        }
        long plainBytesMax =
                batch.compression() == Compression.NONE
                        ? batch.sizeBytes() - RecordBatch.HEADER_BYTES
                        : Compression.outputBytesMax(batch.sizeBytes());
        if (batch.count() * (long) RecordCursor.RECORD_BYTES_MIN > plainBytesMax) {
            return invalid(
                    batch.count()
                            + " records, of which "
                            + plainBytesMax
                            + " bytes can hold fewer");
        }
        return null;
    }

    private static @Nullable Refused producer(RecordBatch batch, boolean transactional) {
        if (batch.hasProducerId() && (batch.producerEpoch() < 0 || batch.baseSequence() < 0)) {
            return invalid(
                    "producer id "
                            + batch.producerId()
                            + " with epoch "
                            + batch.producerEpoch()
                            + " and sequence "
                            + batch.baseSequence());
        }
        if (batch.isTransactional() && !batch.hasProducerId()) {
            return invalid("a transactional batch without a producer id");
        }
        if (batch.isTransactional() && !transactional) {
            return new Refused(
                    ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
                    "a transactional batch in a request without a transactional id");
        }
        return null;
    }

    private static @Nullable Refused timestamps(
            RecordBatch batch, BatchLimits limits, long wallMs) {
        if (batch.timestampType() == TimestampType.LOG_APPEND_TIME) {
            return new Refused(
                    ErrorCode.INVALID_TIMESTAMP, "only the broker marks a batch as LogAppendTime");
        }
        long timestamp = batch.maxTimestamp();
        if (limits.allows(timestamp, wallMs)) {
            timestamp = batch.baseTimestamp();
        }
        return limits.allows(timestamp, wallMs)
                ? null
                : new Refused(ErrorCode.INVALID_TIMESTAMP, lateOrEarly(timestamp, limits, wallMs));
    }

    private static String lateOrEarly(long timestamp, BatchLimits limits, long wallMs) {
        return "timestamp "
                + timestamp
                + " is more than "
                + (timestamp < wallMs
                        ? limits.timestampBeforeMaxMs() + " ms before"
                        : limits.timestampAfterMaxMs() + " ms after")
                + " the broker's clock, "
                + wallMs;
    }

    private static Refused invalid(String message) {
        return new Refused(ErrorCode.INVALID_RECORD, message);
    }

    private static Refused corrupt(String message) {
        return new Refused(ErrorCode.CORRUPT_MESSAGE, message);
    }
}
