package io.octavo.broker.group.consumer;

import io.octavo.broker.cluster.ClusterView;

/// What a decision depends on besides the group.
///
/// @param config the group's settings
/// @param view the cluster
/// @param wallMs what time it is
public record Surroundings(ConsumerGroupConfig config, ClusterView view, long wallMs) {}
