package io.octavo.broker.api;

import io.octavo.broker.cluster.ClusterView;
import io.octavo.broker.cluster.NewTopic;
import io.octavo.broker.cluster.Placement;
import io.octavo.broker.cluster.TopicNames;
import io.octavo.broker.cluster.Topics;
import io.octavo.broker.cluster.Verdict;
import io.octavo.broker.cluster.Verdict.Done;
import io.octavo.broker.cluster.Verdict.Refused;
import io.octavo.broker.config.BrokerConfig;
import io.octavo.protocol.api.ErrorCode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Turns what a client wants of a topic into what is to be made, or says what is wrong with it,
/// with Kafka's codes. Pure.
final class TopicPlan {
    /// "Use the broker's default", in the place of a number.
    static final int DEFAULT = -1;

    /// The most partitions that one request may make, as in Apache Kafka.
    static final int PARTITIONS_MAX = 10_000;

    private final ClusterView view;
    private final BrokerConfig config;

    TopicPlan(ClusterView view, BrokerConfig config) {
        this.view = view;
        this.config = config;
    }

    /// Whether a topic of that name can be made now.
    Verdict<String> name(String name) {
        String problem = TopicNames.problem(name);
        if (problem != null) {
            return new Refused<>(ErrorCode.INVALID_TOPIC_EXCEPTION, problem);
        }
        if (view.topic(name) != null) {
            return Topics.exists(name);
        }
        String other = TopicNames.collision(name, view.topics().keySet());
        return other == null ? new Done<>(name) : Topics.collides(name, other);
    }

    /// A topic whose partitions the broker places.
    ///
    /// @param partitions their number, or [#DEFAULT]
    /// @param replicationFactor or [#DEFAULT]
    Verdict<NewTopic> placed(
            String name, int partitions, int replicationFactor, Map<String, String> configs) {
        if (replicationFactor < DEFAULT || replicationFactor == 0) {
            return new Refused<>(
                    ErrorCode.INVALID_REPLICATION_FACTOR,
                    "The replication factor is at least 1, or -1 for the default; not "
                            + replicationFactor);
        }
        if (partitions < DEFAULT || partitions == 0) {
            return new Refused<>(
                    ErrorCode.INVALID_PARTITIONS,
                    "A topic has at least 1 partition, or -1 for the default; not " + partitions);
        }
        int count = partitions == DEFAULT ? config.partitionsDefault() : partitions;
        int factor =
                replicationFactor == DEFAULT
                        ? config.replicationFactorDefault()
                        : replicationFactor;
        Verdict<List<List<Integer>>> placement = place(name, 0, count, factor);
        return switch (placement) {
            case Refused<List<List<Integer>>>(ErrorCode error, String message) ->
                    new Refused<>(error, message);
            case Done<List<List<Integer>>>(List<List<Integer>> assignments) ->
                    new Done<>(new NewTopic(name, TopicNames.internal(name), assignments, configs));
        };
    }

    /// Brokers for more partitions of a topic.
    Verdict<List<List<Integer>>> place(String name, int from, int count, int replicationFactor) {
        List<Integer> brokers = List.copyOf(view.brokers().keySet());
        if (replicationFactor > brokers.size()) {
            return new Refused<>(
                    ErrorCode.INVALID_REPLICATION_FACTOR,
                    "A replication factor of "
                            + replicationFactor
                            + " needs as many brokers; there are "
                            + brokers.size()
                            + ".");
        }
        return new Done<>(
                Placement.spread(from, count, replicationFactor, brokers, name.hashCode()));
    }

    /// What is wrong with a client's own assignment of one partition; null when nothing is.
    ///
    /// @param replicationFactor what partitions before it have; [#DEFAULT] for the first
    @Nullable Refused<NewTopic> problem(List<Integer> replicas, int replicationFactor) {
        if (replicas.isEmpty()) {
            return assignmentProblem("A partition is assigned to no broker.");
        }
        Set<Integer> seen = new HashSet<>();
        for (int broker : replicas) {
            if (!view.brokers().containsKey(broker)) {
                return assignmentProblem(
                        "A partition is assigned to the broker "
                                + broker
                                + ", which does not exist.");
            }
            if (!seen.add(broker)) {
                return assignmentProblem(
                        "A partition is assigned to the broker " + broker + " more than once.");
            }
        }
        if (replicationFactor != DEFAULT && replicas.size() != replicationFactor) {
            return assignmentProblem(
                    "A partition is assigned to "
                            + replicas.size()
                            + " broker(s), another of the topic to "
                            + replicationFactor
                            + ".");
        }
        return null;
    }

    private static Refused<NewTopic> assignmentProblem(String message) {
        return new Refused<>(ErrorCode.INVALID_REPLICA_ASSIGNMENT, message);
    }
}
