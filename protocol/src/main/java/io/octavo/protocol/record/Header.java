package io.octavo.protocol.record;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// A record's header: a name, not unique, and a value.
///
/// @param value null when the header has none; shared with the record's batch when it was read from
///   one
public record Header(String key, @Nullable ByteBuffer value) {}
