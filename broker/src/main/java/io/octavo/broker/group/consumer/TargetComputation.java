package io.octavo.broker.group.consumer;

import io.octavo.broker.cluster.ClusterView;
import io.octavo.broker.cluster.Topic;
import io.octavo.broker.group.assignor.Assignor;
import io.octavo.broker.group.assignor.Shape;
import io.octavo.broker.group.assignor.Subscriber;
import io.octavo.protocol.wire.Uuid;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Computes who should have what.
final class TargetComputation {
    private final Surroundings now;
    private final Draft draft;

    TargetComputation(Surroundings now, Draft draft) {
        this.now = now;
        this.draft = draft;
    }

    /// Writes a new target if the group has reached an epoch that none was computed for; not more
    /// often than the interval allows, so that members who join together are dealt with together.
    void runIfDue() {
        if (isDue()) {
            run(draft.state());
        }
    }

    /// Whether a target is missing and may be computed by now.
    boolean isDue() {
        ConsumerState state = draft.state();
        return state.targetEpoch() < state.epoch() && due(state);
    }

    /// How long it takes until the target is due that was put off by this; 0 when none was.
    int putOffMs() {
        ConsumerState state = draft.state();
        return state.targetEpoch() < state.epoch() && !due(state)
                ? intervalMs() - (int) passedMs(state)
                : 0;
    }

    private boolean due(ConsumerState state) {
        long passed = passedMs(state);
        // A clock that was put back must not keep a group waiting.
        return passed < 0 || passed >= intervalMs();
    }

    private long passedMs(ConsumerState state) {
        return now.wallMs() - state.targetAtMs();
    }

    private int intervalMs() {
        return now.config().assignmentIntervalMs().value();
    }

    /// What a member says that it subscribes to.
    private record Subscribed(List<String> names, @Nullable String regex) {}

    private void run(ConsumerState state) {
        Map<String, Subscriber> subscribers = new LinkedHashMap<>();
        // Members of one group mostly subscribe to the same.
        Map<Subscribed, Set<Uuid>> topics = new HashMap<>();
        for (ConsumerMember member : state.members()) {
            Subscribed to =
                    new Subscribed(member.metadata().subscribedTopicNames(), member.regex());
            subscribers.put(
                    member.id(),
                    new Subscriber(
                            member.instanceId(),
                            member.metadata().rackId(),
                            topics.computeIfAbsent(
                                    to, _ -> TopicFacts.ids(now.view(), state.subscribed(member))),
                            state.target(member.id())));
        }
        assignor(now.config(), state)
                .assign(subscribers, shapes(state))
                .forEach((id, partitions) -> {
                    if (!state.hasTarget(id) || !state.target(id).equals(partitions)) {
                        draft.target(id, partitions);
                    }
                });
        draft.targetEpoch(state.epoch(), now.wallMs());
    }

    private Map<Uuid, Shape> shapes(ConsumerState state) {
        ClusterView view = now.view();
        boolean withRacks =
                state.members().stream().anyMatch(member -> member.metadata().rackId() != null);
        Map<Uuid, Shape> shapes = new LinkedHashMap<>();
        for (String name : state.subscribed()) {
            Topic topic = view.topic(name);
            if (topic != null) {
                shapes.put(topic.id(), TopicFacts.shape(view, topic, withRacks));
            }
        }
        return shapes;
    }

    /// The assignor that most members ask for; among equals the first of the settings.
    static Assignor assignor(ConsumerGroupConfig config, ConsumerState state) {
        Map<String, Integer> votes = new HashMap<>();
        for (ConsumerMember member : state.members()) {
            String asked = member.metadata().serverAssignor();
            if (asked != null) {
                votes.merge(asked, 1, Integer::sum);
            }
        }
        Assignor best = Assignor.ALL.getFirst();
        int most = -1;
        for (String name : config.assignors()) {
            Assignor assignor = Assignor.named(name);
            int its = votes.getOrDefault(name, 0);
            if (assignor != null && its > most) {
                best = assignor;
                most = its;
            }
        }
        return best;
    }
}
