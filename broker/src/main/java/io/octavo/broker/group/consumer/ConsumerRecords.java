package io.octavo.broker.group.consumer;

import io.octavo.protocol.message.ConsumerGroupCurrentMemberAssignmentKey;
import io.octavo.protocol.message.ConsumerGroupCurrentMemberAssignmentValue;
import io.octavo.protocol.message.ConsumerGroupMemberMetadataKey;
import io.octavo.protocol.message.ConsumerGroupMemberMetadataValue;
import io.octavo.protocol.message.ConsumerGroupMetadataKey;
import io.octavo.protocol.message.ConsumerGroupMetadataValue;
import io.octavo.protocol.message.ConsumerGroupPartitionMetadataKey;
import io.octavo.protocol.message.ConsumerGroupRegularExpressionKey;
import io.octavo.protocol.message.ConsumerGroupRegularExpressionValue;
import io.octavo.protocol.message.ConsumerGroupTargetAssignmentMemberKey;
import io.octavo.protocol.message.ConsumerGroupTargetAssignmentMemberValue;
import io.octavo.protocol.message.ConsumerGroupTargetAssignmentMetadataKey;
import io.octavo.protocol.message.ConsumerGroupTargetAssignmentMetadataValue;
import io.octavo.protocol.wire.Message;
import io.octavo.protocol.wire.Reader;
import java.nio.ByteBuffer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads the records of consumer groups, which have the form of Apache Kafka's.
public final class ConsumerRecords {
    private ConsumerRecords() {}

    /// Takes over a record.
    ///
    /// @param key begins with the number of its type
    /// @param value null where nothing of the key is left
    /// @param groups finds the group of an id, or makes a new one
    /// @throws RuntimeException if it is not understood
    public static void load(
            ByteBuffer key, @Nullable ByteBuffer value, Function<String, ConsumerState> groups) {
        Reader in = Reader.ofOwn(key.duplicate());
        short type = in.int16();
        switch (type) {
            case ConsumerGroupMetadataKey.RECORD_TYPE ->
                    groups.apply(ConsumerGroupMetadataKey.read(in, 0).groupId())
                            .metadata(read(value, ConsumerGroupMetadataValue::read));
            case ConsumerGroupMemberMetadataKey.RECORD_TYPE -> {
                var its = ConsumerGroupMemberMetadataKey.read(in, 0);
                groups.apply(its.groupId())
                        .member(
                                its.memberId(),
                                read(value, ConsumerGroupMemberMetadataValue::read));
            }
            case ConsumerGroupCurrentMemberAssignmentKey.RECORD_TYPE -> {
                var its = ConsumerGroupCurrentMemberAssignmentKey.read(in, 0);
                groups.apply(its.groupId())
                        .current(
                                its.memberId(),
                                read(value, ConsumerGroupCurrentMemberAssignmentValue::read));
            }
            case ConsumerGroupTargetAssignmentMemberKey.RECORD_TYPE -> {
                var its = ConsumerGroupTargetAssignmentMemberKey.read(in, 0);
                groups.apply(its.groupId())
                        .target(
                                its.memberId(),
                                read(value, ConsumerGroupTargetAssignmentMemberValue::read));
            }
            case ConsumerGroupTargetAssignmentMetadataKey.RECORD_TYPE ->
                    groups.apply(ConsumerGroupTargetAssignmentMetadataKey.read(in, 0).groupId())
                            .target(read(value, ConsumerGroupTargetAssignmentMetadataValue::read));
            case ConsumerGroupRegularExpressionKey.RECORD_TYPE -> {
                var its = ConsumerGroupRegularExpressionKey.read(in, 0);
                groups.apply(its.groupId())
                        .regex(
                                its.regularExpression(),
                                read(value, ConsumerGroupRegularExpressionValue::read));
            }
            case ConsumerGroupPartitionMetadataKey.RECORD_TYPE -> {
                // Written by coordinators before Apache Kafka 4.1; the hash has taken its place.
            }
            default -> throw new IllegalArgumentException("records of the type " + type);
        }
    }

    private static <T extends Message> @Nullable T read(@Nullable ByteBuffer value, Body<T> body) {
        if (value == null) {
            return null;
        }
        Reader in = Reader.ofOwn(value.duplicate());
        return body.read(in, in.int16());
    }

    /// Reads a value after the number of its version.
    private interface Body<T extends Message> {
        T read(Reader in, int version);
    }
}
