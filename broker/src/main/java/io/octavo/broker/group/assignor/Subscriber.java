package io.octavo.broker.group.assignor;

import io.octavo.protocol.wire.Uuid;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A member, as an assignor sees it.
///
/// @param instanceId of a static member
/// @param rack where it stands, if it said so
/// @param topics the topics that it subscribes to and that exist
/// @param before what it should have had until now
public record Subscriber(
        @Nullable String instanceId,
        @Nullable String rack,
        Set<Uuid> topics,
        Map<Uuid, ? extends Set<Integer>> before) {}
