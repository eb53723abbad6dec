package io.octavo.broker.cluster;

import java.nio.ByteBuffer;

/// A node as it was read.
///
/// @param path absolute
/// @param value read-only; `value()` gives a view of its own each time
/// @param version 0 when created, one more with each change of the value
/// @param creationId the store's change number that created it: larger than that of every node
///   created earlier, so a node that was deleted and created again is told apart
/// @param ephemeral whether it goes with the session that made it
public record StoreNode(
        String path, ByteBuffer value, int version, long creationId, boolean ephemeral) {
    public StoreNode {
        value = value.asReadOnlyBuffer();
    }

    @Override
    public ByteBuffer value() {
        return value.duplicate();
    }
}
