package io.octavo.broker.group.consumer;

import io.octavo.protocol.message.ConsumerGroupMemberMetadataValue;
import io.octavo.protocol.message.ConsumerGroupMemberMetadataValue.ClassicMemberMetadata;
import org.jspecify.annotations.Nullable;

/// A member of a consumer group. Immutable.
///
/// @param metadata what it says of itself
/// @param current what it has
public record ConsumerMember(
        String id, ConsumerGroupMemberMetadataValue metadata, Current current) {
    /// What the field of a classic member's metadata holds where the record has none.
    static final @Nullable ClassicMemberMetadata NOT_CLASSIC =
            ConsumerGroupMemberMetadataValue.defaults().classicMemberMetadata();

    /// Of whom nothing is known yet.
    static final ConsumerGroupMemberMetadataValue NOTHING_SAID =
            ConsumerGroupMemberMetadataValue.defaults()
                    .withInstanceId(null)
                    .withRackId(null)
                    .withSubscribedTopicRegex(null)
                    .withServerAssignor(null);

    static ConsumerMember unknown(String id) {
        return new ConsumerMember(id, NOTHING_SAID, Current.NEW);
    }

    ConsumerMember saying(ConsumerGroupMemberMetadataValue said) {
        return new ConsumerMember(id, said, current);
    }

    ConsumerMember having(Current has) {
        return new ConsumerMember(id, metadata, has);
    }

    /// Null of a dynamic member.
    public @Nullable String instanceId() {
        return metadata.instanceId();
    }

    /// The expression that it subscribes by; null when it does not.
    public @Nullable String regex() {
        String regex = metadata.subscribedTopicRegex();
        return regex == null || regex.isEmpty() ? null : regex;
    }

    /// What it is as a member that speaks the classic protocol; null when it does not.
    public @Nullable ClassicMemberMetadata classic() {
        ClassicMemberMetadata classic = metadata.classicMemberMetadata();
        return classic == null || classic.equals(NOT_CLASSIC) ? null : classic;
    }
}
