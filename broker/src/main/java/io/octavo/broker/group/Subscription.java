package io.octavo.broker.group;

import io.octavo.protocol.message.ConsumerProtocolSubscription;
import io.octavo.protocol.wire.MalformedFrame;
import io.octavo.protocol.wire.Reader;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a consumer says in the metadata of its protocols: a version, and a subscription that begins
/// with that of version 0.
final class Subscription {
    /// Of groups whose members are consumers.
    static final String PROTOCOL_TYPE = "consumer";

    private Subscription() {}

    /// The topics, or null where it is not understood.
    static @Nullable List<String> topics(ByteBuffer metadata) {
        try {
            Reader in = new Reader(metadata.duplicate());
            return in.int16() < 0 ? null : ConsumerProtocolSubscription.read(in, 0).topics();
        } catch (MalformedFrame _) {
            return null;
        }
    }
}
