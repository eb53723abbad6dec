package io.octavo.broker.replica;

import io.octavo.broker.config.TopicConfig;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.record.BatchCheck;
import io.octavo.protocol.record.BatchLimits;
import io.octavo.protocol.record.CodecUnavailable;
import io.octavo.protocol.record.Compression;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.record.TimestampType;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Judges clients' batches by a topic's settings, before they are appended, in two stages:
/// [#header] reads the header and the CRC; where a setting demands more (`compression.type` other
/// than the batch's, a compacted topic, `message.timestamp.before.max.ms`,
/// `octavo.validate.records`) or a record is to be blamed, [#content] decodes the records, bounded.
/// Immutable.
public final class Admission {
    /// Decoding a batch up to this size, which is not compressed, takes no longer than handing it
    /// to another thread and back. What comes out of a compressed one nobody knows before.
    private static final int SMALL_BYTES_MAX = 16 << 10;

    private final BatchLimits limits;
    private final boolean appendTime;
    private final boolean decodesAll;
    private final @Nullable Compression codec;
    private final int codecLevel;

    /// @param validates whether all records are decoded, whatever the topic's settings
    Admission(TopicConfig config, boolean validates) {
        limits =
                new BatchLimits(
                        config.messageBytesMax(),
                        config.segmentBytes(),
                        config.appendTime()
                                ? TimestampType.LOG_APPEND_TIME
                                : TimestampType.CREATE_TIME,
                        config.timestampBeforeMsMax(),
                        config.timestampAfterMsMax(),
                        config.compacted());
        appendTime = config.appendTime();
        decodesAll = validates || config.compacted() || refusesOld(config);
        String type = config.compressionType();
        codec = type.equals("uncompressed") ? Compression.NONE : Compression.of(type);
        codecLevel = config.compressionLevel();
    }

    /// A header names its latest time, not its earliest.
    private static boolean refusesOld(TopicConfig config) {
        return config.timestampBeforeMsMax() < Long.MAX_VALUE && !config.appendTime();
    }

    /// What becomes of a batch.
    public sealed interface Verdict permits Decided, Undecided {}

    /// Nothing is left to look at.
    public sealed interface Decided extends Verdict permits Admitted, Refused {}

    /// It may be appended.
    ///
    /// @param batch as it was given, stamped where the settings say so; or another, compressed as
    ///   they say
    public record Admitted(RecordBatch batch) implements Decided {}

    /// It must not be appended.
    public record Refused(Rejection rejection) implements Decided {}

    /// The records have to be decoded by [#content].
    ///
    /// @param large whether that takes long enough for a worker
    /// @param suspicion what the header says already, if the records do not tell more
    public record Undecided(RecordBatch batch, boolean large, @Nullable Refused suspicion)
            implements Verdict {}

    /// Looks at the header, and reads every byte once for the CRC.
    ///
    /// @param records what a client sent for one partition; shared with the batch of the verdict,
    ///   and changed where the broker stamps times
    /// @param version of the Produce request
    /// @param transactional whether the request names a transactional id
    public Verdict header(ByteBuffer records, int version, boolean transactional, long wallMs) {
        return switch (BatchCheck.header(records, limits, version, transactional, wallMs)) {
            case BatchCheck.Sound(RecordBatch batch) when batch.isTransactional() ->
                    new Refused(
                            new Rejection(
                                    ErrorCode.INVALID_TXN_STATE,
                                    "no open transaction of producer "
                                            + batch.producerId()
                                            + " includes this partition"));
            case BatchCheck.Sound(RecordBatch batch)
                    when decodesAll || recompresses(batch) || hidesItsTimes(batch) ->
                    undecided(batch, null);
            case BatchCheck.Sound(RecordBatch batch) -> admitted(batch, wallMs);
            case BatchCheck.Refused refused when refused.code() == ErrorCode.INVALID_TIMESTAMP ->
                    undecided(new RecordBatch(new RecordBatch(records).bytes()), refused(refused));
            case BatchCheck.Refused refused -> refused(refused);
        };
    }

    /// Decodes the records, finds those that are to blame, and compresses anew where the topic
    /// wants another codec.
    public Decided content(Undecided undecided, long wallMs) {
        try {
            return decoded(undecided, wallMs);
        } catch (CodecUnavailable absent) {
            return new Refused(
                    new Rejection(
                            ErrorCode.UNSUPPORTED_COMPRESSION_TYPE,
                            String.valueOf(absent.getMessage())));
        }
    }

    private Decided decoded(Undecided undecided, long wallMs) {
        RecordBatch batch = undecided.batch;
        if (BatchCheck.records(batch, limits, wallMs) instanceof BatchCheck.Refused refused) {
            return refused(refused);
        }
        if (undecided.suspicion != null) {
            return undecided.suspicion;
        }
        return codec != null && codec != batch.compression()
                ? recompressed(batch, codec, wallMs)
                : admitted(batch, wallMs);
    }

    private Decided recompressed(RecordBatch batch, Compression codec, long wallMs) {
        int outputBytesMax = Compression.outputBytesMax(batch.sizeBytes());
        RecordBatch rebuilt = batch.recompressed(codec, codecLevel, outputBytesMax);
        if (rebuilt.sizeBytes() > limits.messageBytesMax()) {
            return new Refused(
                    new Rejection(
                            ErrorCode.MESSAGE_TOO_LARGE,
                            "the batch has "
                                    + rebuilt.sizeBytes()
                                    + " bytes with compression.type, max.message.bytes is "
                                    + limits.messageBytesMax()));
        }
        return admitted(rebuilt, wallMs);
    }

    private Admitted admitted(RecordBatch batch, long wallMs) {
        if (appendTime) {
            batch.stampAppendTime(wallMs);
        }
        return new Admitted(batch);
    }

    /// Whether the header cannot be right about the latest timestamp: some clients leave that out,
    /// and then nothing could be found by time, and all would seem to be old.
    private boolean hidesItsTimes(RecordBatch batch) {
        return !appendTime && batch.maxTimestamp() < batch.baseTimestamp();
    }

    private boolean recompresses(RecordBatch batch) {
        return codec != null && codec != batch.compression();
    }

    private Undecided undecided(RecordBatch batch, @Nullable Refused suspicion) {
        boolean small =
                batch.sizeBytes() <= SMALL_BYTES_MAX
                        && batch.compression() == Compression.NONE
                        && !recompresses(batch);
        return new Undecided(batch, !small, suspicion);
    }

    private static Refused refused(BatchCheck.Refused refused) {
        return new Refused(new Rejection(refused.code(), refused.message(), refused.records()));
    }
}
