package io.octavo.broker.group;

import io.octavo.broker.shard.ShardRecord;
import io.octavo.protocol.message.GroupMetadataKey;
import io.octavo.protocol.message.GroupMetadataValue;
import io.octavo.protocol.message.GroupMetadataValue.MemberMetadata;
import io.octavo.protocol.wire.Reader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Classic groups in the log: `GroupMetadataKey` and `GroupMetadataValue`.
final class ClassicRecords {
    /// As Apache Kafka 4 writes them.
    private static final int VALUE_VERSION = 3;

    private ClassicRecords() {}

    static ShardRecord of(String groupId, GroupMetadataValue value) {
        return ShardRecord.of(
                GroupMetadataKey.RECORD_TYPE, new GroupMetadataKey(groupId), VALUE_VERSION, value);
    }

    static ShardRecord tombstone(String groupId) {
        return ShardRecord.tombstone(GroupMetadataKey.RECORD_TYPE, new GroupMetadataKey(groupId));
    }

    /// A group without members.
    static GroupMetadataValue empty(String protocolType, int generation, long sinceMs) {
        return new GroupMetadataValue(protocolType, generation, null, null, sinceMs, List.of());
    }

    static List<MemberMetadata> members(
            Iterable<ClassicMember> members,
            String protocol,
            Function<ClassicMember, ByteBuffer> assignment) {
        List<MemberMetadata> written = new ArrayList<>();
        for (ClassicMember member : members) {
            written.add(member(member, protocol, assignment.apply(member)));
        }
        return written;
    }

    private static MemberMetadata member(
            ClassicMember member, String protocol, ByteBuffer assignment) {
        return new MemberMetadata(
                member.id(),
                member.instanceId(),
                member.clientId(),
                member.clientHost(),
                member.terms().rebalanceTimeoutMs(),
                member.terms().sessionTimeoutMs(),
                member.metadata(protocol),
                assignment);
    }

    /// Takes over a record of the log.
    static void load(GroupShard shard, ByteBuffer key, @Nullable ByteBuffer value) {
        Reader keyIn = Reader.ofOwn(key.duplicate());
        keyIn.int16();
        String groupId = GroupMetadataKey.read(keyIn, 0).group();
        if (value != null) {
            Reader valueIn = Reader.ofOwn(value.duplicate());
            int version = valueIn.int16();
            GroupMetadataValue read = GroupMetadataValue.read(valueIn, version);
            shard.put(ClassicGroup.loaded(shard, groupId, read));
        } else if (shard.group(groupId) instanceof ClassicGroup) {
            shard.remove(groupId);
        }
    }
}
