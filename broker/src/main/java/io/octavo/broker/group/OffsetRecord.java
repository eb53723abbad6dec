package io.octavo.broker.group;

import io.octavo.broker.shard.ShardRecord;
import io.octavo.protocol.message.LegacyOffsetCommitKey;
import io.octavo.protocol.message.LegacyOffsetCommitValue;
import io.octavo.protocol.message.OffsetCommitKey;
import io.octavo.protocol.message.OffsetCommitValue;
import io.octavo.protocol.wire.Reader;
import io.octavo.protocol.wire.Uuid;
import java.nio.ByteBuffer;
import java.util.function.UnaryOperator;

/// How committed offsets are written, as Apache Kafka 4.3 does: in its oldest form with an end of
/// their own, which says nothing of epochs and ids, where there is such an end; else in its newest.
/// Older forms are read.
final class OffsetRecord {
    private static final int WITH_EXPIRY = 1;
    private static final int NEWEST = 4;

    private OffsetRecord() {}

    /// Whose offset it is.
    record Key(String group, String topic, int partition) {}

    static ShardRecord of(String group, String topic, int partition, CommittedOffset offset) {
        OffsetCommitValue value =
                new OffsetCommitValue(
                        offset.offset(),
                        offset.leaderEpoch(),
                        offset.metadata(),
                        offset.commitMs(),
                        offset.expiryMs(),
                        offset.topicId());
        return ShardRecord.of(
                OffsetCommitKey.RECORD_TYPE,
                new OffsetCommitKey(group, topic, partition),
                offset.expires() ? WITH_EXPIRY : NEWEST,
                value);
    }

    static ShardRecord tombstone(String group, String topic, int partition) {
        return ShardRecord.tombstone(
                OffsetCommitKey.RECORD_TYPE, new OffsetCommitKey(group, topic, partition));
    }

    /// @param key with its type in front; not moved
    static Key key(ByteBuffer key) {
        Reader in = Reader.ofOwn(key.duplicate());
        if (in.int16() == LegacyOffsetCommitKey.RECORD_TYPE) {
            LegacyOffsetCommitKey read = LegacyOffsetCommitKey.read(in, 0);
            return new Key(read.group(), read.topic(), read.partition());
        }
        OffsetCommitKey read = OffsetCommitKey.read(in, 0);
        return new Key(read.group(), read.topic(), read.partition());
    }

    /// @param key with its type in front; not moved
    /// @param value with its version in front; not moved
    /// @param ids gives one id for equal ones
    static CommittedOffset value(ByteBuffer key, ByteBuffer value, UnaryOperator<Uuid> ids) {
        Reader in = Reader.ofOwn(value.duplicate());
        short version = in.int16();
        if (key.getShort(key.position()) == LegacyOffsetCommitKey.RECORD_TYPE) {
            LegacyOffsetCommitValue read = LegacyOffsetCommitValue.read(in, version);
            return new CommittedOffset(
                    read.offset(),
                    CommittedOffset.UNKNOWN,
                    read.metadata(),
                    read.commitTimestamp(),
                    CommittedOffset.UNKNOWN,
                    Uuid.ZERO);
        }
        OffsetCommitValue read = OffsetCommitValue.read(in, version);
        return new CommittedOffset(
                read.offset(),
                read.leaderEpoch(),
                read.metadata(),
                read.commitTimestamp(),
                read.expireTimestamp(),
                ids.apply(read.topicId()));
    }
}
