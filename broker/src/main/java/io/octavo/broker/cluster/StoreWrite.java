package io.octavo.broker.cluster;

import java.nio.ByteBuffer;

/// One write of a [Coordination#commit]. The bytes of a value are not to be changed after they were
/// given here.
public sealed interface StoreWrite {
    /// In place of a version: whatever the node's is.
    int ANY_VERSION = -1;

    /// The path that is written or checked.
    String path();

    /// Makes a node with version 0. Refused with `NodeExists`, with `NoNode` naming the parent that
    /// is missing, or with `BadVersion` naming the parent that is ephemeral and so has no children.
    record Create(String path, ByteBuffer value, boolean ephemeral) implements StoreWrite {
        /// A node that stays until it is deleted.
        public Create(String path, ByteBuffer value) {
            this(path, value, false);
        }
    }

    /// Replaces the value if the node's version is `version`.
    record Set(String path, ByteBuffer value, int version) implements StoreWrite {}

    /// Removes the node if its version is `version` and it has no children.
    record Delete(String path, int version) implements StoreWrite {}

    /// Changes nothing; refuses the whole commit unless the node's version is `version`.
    record Check(String path, int version) implements StoreWrite {}
}
