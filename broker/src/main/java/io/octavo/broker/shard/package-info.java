/// A replicated state machine over an internal topic: each partition a shard, whose state is what
/// its records make of it. See `docs/design/groups.md`.
@NullMarked
package io.octavo.broker.shard;

import org.jspecify.annotations.NullMarked;
