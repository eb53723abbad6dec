package io.octavo.broker.group;

import java.util.List;
import java.util.Map;

/// What a member consumes.
///
/// @param clientId what its client calls itself
/// @param clientHost where that is
/// @param partitions by topic
record MemberPartitions(
        String memberId,
        String clientId,
        String clientHost,
        Map<String, List<Integer>> partitions) {}
