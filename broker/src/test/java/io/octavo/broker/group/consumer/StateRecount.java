package io.octavo.broker.group.consumer;

import io.octavo.broker.cluster.ClusterView;
import io.octavo.broker.cluster.Topic;

/// Counts from scratch what the members of a consumer group take.
public final class StateRecount {
    private StateRecount() {}

    /// @param view whose topics count
    public static long of(ConsumerState state, ClusterView view) {
        long bytes = 0;
        for (ConsumerMember member : state.members()) {
            bytes += MemberBytes.of(member.id(), member.metadata());
        }
        for (String regex : state.regexes()) {
            var resolved = state.resolved(regex);
            bytes += MemberBytes.name(regex);
            bytes += resolved == null ? 0 : MemberBytes.matched(resolved.topics().size());
        }
        for (String name : state.subscribed()) {
            Topic topic = view.topic(name);
            bytes += topic == null ? 0 : MemberBytes.partitions(topic.partitions().size());
        }
        return bytes;
    }
}
