package io.octavo.broker.group.consumer;

import io.octavo.protocol.message.ConsumerGroupMemberMetadataValue;
import io.octavo.protocol.message.ConsumerGroupMemberMetadataValue.ClassicMemberMetadata;
import io.octavo.protocol.message.ConsumerGroupMemberMetadataValue.ClassicProtocol;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// About what members take of the heap, of a 64-bit JVM with compressed references. Each is the
/// same for the same values, so that what is added when something comes is taken off when it goes.
public final class MemberBytes {
    /// A member without its texts: itself, its session with a timer, its places in maps, and what
    /// answers it as long as it waits.
    private static final int MEMBER = 1_000;

    /// Who was given an id, and has not joined with it: a session with a timer.
    private static final int PENDING = 700;

    private static final int CHAR = 2;
    private static final int PROTOCOL = 130;
    private static final int NAME = 100;
    private static final int MATCHED_TOPIC = 100;

    /// In the target, in what a member has, and in the index of owners.
    private static final int PARTITION = 130;

    private MemberBytes() {}

    /// A member without what it subscribes to and supports.
    ///
    /// @param texts its ids, and whatever else is kept of it
    public static long member(@Nullable String... texts) {
        long bytes = MEMBER;
        for (String text : texts) {
            bytes += text(text);
        }
        return bytes;
    }

    public static long pending(String id) {
        return PENDING + text(id);
    }

    /// What a member of the classic protocol says with one that it supports.
    public static long protocol(String name, ByteBuffer metadata) {
        return PROTOCOL + text(name) + metadata.remaining();
    }

    /// A name that is kept in a set or a list.
    public static long name(String name) {
        return NAME + text(name);
    }

    static long partitions(long count) {
        return count * PARTITION;
    }

    static long matched(long topics) {
        return topics * MATCHED_TOPIC;
    }

    static long of(String id, ConsumerGroupMemberMetadataValue said) {
        long bytes =
                member(
                        id,
                        said.instanceId(),
                        said.rackId(),
                        said.clientId(),
                        said.clientHost(),
                        said.subscribedTopicRegex(),
                        said.serverAssignor());
        for (String name : said.subscribedTopicNames()) {
            bytes += name(name);
        }
        ClassicMemberMetadata classic = said.classicMemberMetadata();
        if (classic != null) {
            for (ClassicProtocol protocol : classic.supportedProtocols()) {
                bytes += protocol(protocol.name(), protocol.metadata());
            }
        }
        return bytes;
    }

    private static long text(@Nullable String text) {
        return text == null ? 0 : (long) CHAR * text.length();
    }
}
