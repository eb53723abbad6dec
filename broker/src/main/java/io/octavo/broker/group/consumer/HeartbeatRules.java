package io.octavo.broker.group.consumer;

import io.octavo.broker.cluster.TopicNames;
import io.octavo.broker.group.consumer.Outcome.Refused;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.ConsumerGroupHeartbeatRequest;
import io.octavo.protocol.message.ConsumerGroupHeartbeatRequest.TopicPartitions;
import io.octavo.protocol.wire.Uuid;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// What a heartbeat must be like, whatever the group is.
public final class HeartbeatRules {
    /// With which a member joins, or joins again.
    public static final int JOIN = 0;

    /// With which a member leaves.
    public static final int LEAVE = -1;

    /// Of the ids of a member, its instance and its rack, as of a group's.
    public static final int ID_CHARS_MAX = 1_024;

    /// Of an expression: more than anybody writes by hand.
    private static final int REGEX_CHARS_MAX = 8_192;

    private static final int MEMBER_ID_FROM_CLIENT = 1;

    private HeartbeatRules() {}

    /// What is wrong with a request as such; null when nothing is.
    public static @Nullable Refused problem(
            ConsumerGroupHeartbeatRequest request, int apiVersion, ConsumerGroupConfig config) {
        int epoch = request.memberEpoch();
        boolean named = apiVersion >= MEMBER_ID_FROM_CLIENT || epoch > JOIN || epoch == LEAVE;
        if (named && request.memberId().isBlank()) {
            return invalid("MemberId can't be empty.");
        }
        if (request.groupId().isBlank()) {
            return invalid("GroupId can't be empty.");
        }
        if (request.instanceId() != null && request.instanceId().isBlank()) {
            return invalid("InstanceId can't be empty.");
        }
        if (request.rackId() != null && request.rackId().isBlank()) {
            return invalid("RackId can't be empty.");
        }
        String tooLong = tooLong(request);
        if (tooLong != null) {
            return invalid(tooLong);
        }
        if (epoch == JOIN) {
            Refused problem = joinProblem(request);
            if (problem != null) {
                return problem;
            }
        } else if (epoch == Current.AWAY && request.instanceId() == null) {
            return invalid("InstanceId can't be null.");
        } else if (epoch < Current.AWAY) {
            return invalid("MemberEpoch is invalid.");
        }
        String assignor = request.serverAssignor();
        return assignor == null || config.assignors().contains(assignor)
                ? null
                : new Refused(
                        ErrorCode.UNSUPPORTED_ASSIGNOR,
                        "ServerAssignor "
                                + assignor
                                + " is not supported. Supported assignors: "
                                + String.join(", ", config.assignors())
                                + ".");
    }

    /// What is too long to be kept; null when nothing is.
    private static @Nullable String tooLong(ConsumerGroupHeartbeatRequest request) {
        if (request.memberId().length() > ID_CHARS_MAX) {
            return tooLong("MemberId", ID_CHARS_MAX, request.memberId());
        }
        String instanceId = request.instanceId();
        if (instanceId != null && instanceId.length() > ID_CHARS_MAX) {
            return tooLong("InstanceId", ID_CHARS_MAX, instanceId);
        }
        String rackId = request.rackId();
        if (rackId != null && rackId.length() > ID_CHARS_MAX) {
            return tooLong("RackId", ID_CHARS_MAX, rackId);
        }
        String regex = request.subscribedTopicRegex();
        if (regex != null && regex.length() > REGEX_CHARS_MAX) {
            return tooLong("SubscribedTopicRegex", REGEX_CHARS_MAX, regex);
        }
        List<String> names = request.subscribedTopicNames();
        for (String name : names == null ? List.<String>of() : names) {
            if (name.length() > TopicNames.CHARS_MAX) {
                return tooLong("A name in SubscribedTopicNames", TopicNames.CHARS_MAX, name);
            }
        }
        return null;
    }

    private static String tooLong(String field, int charsMax, String value) {
        return field + " has at most " + charsMax + " characters, not " + value.length() + ".";
    }

    private static @Nullable Refused joinProblem(ConsumerGroupHeartbeatRequest request) {
        if (request.rebalanceTimeoutMs() == -1) {
            return invalid("RebalanceTimeoutMs must be provided in first request.");
        }
        if (request.topicPartitions() == null || !request.topicPartitions().isEmpty()) {
            return invalid("TopicPartitions must be empty when (re-)joining.");
        }
        if (request.subscribedTopicNames() == null && request.subscribedTopicRegex() == null) {
            return invalid(
                    "Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when"
                            + " (re-)joining.");
        }
        return null;
    }

    /// What is wrong with the epoch that a member says; null when nothing is. A member that missed
    /// the answer with its epoch may go on in the one before, if it owns nothing that was taken
    /// from it.
    static @Nullable Refused epochProblem(Current current, ConsumerGroupHeartbeatRequest request) {
        int said = request.memberEpoch();
        if (said == JOIN || said == current.epoch()) {
            return null;
        }
        if (said == current.previousEpoch()
                && said < current.epoch()
                && isWithin(request.topicPartitions(), current.assigned())) {
            return null;
        }
        return new Refused(
                ErrorCode.FENCED_MEMBER_EPOCH,
                "The member's epoch "
                        + said
                        + " is "
                        + (said > current.epoch() ? "greater" : "smaller")
                        + " than the group's coordinator knows it to be, "
                        + current.epoch()
                        + ". The member must abandon all its partitions and rejoin.");
    }

    private static boolean isWithin(
            @Nullable List<TopicPartitions> owned,
            Map<Uuid, SortedMap<Integer, Integer>> assigned) {
        if (owned == null) {
            return false;
        }
        for (TopicPartitions topic : owned) {
            SortedMap<Integer, Integer> its = assigned.get(topic.topicId());
            if (its == null || !its.keySet().containsAll(topic.partitions())) {
                return false;
            }
        }
        return true;
    }

    /// Whether a member says everything of itself, as it does when it cannot know what the
    /// coordinator last heard from it.
    static boolean isFull(ConsumerGroupHeartbeatRequest request) {
        boolean subscribes =
                request.subscribedTopicNames() != null || request.subscribedTopicRegex() != null;
        return request.memberEpoch() == JOIN
                || (request.rebalanceTimeoutMs() != -1
                        && subscribes
                        && request.topicPartitions() != null);
    }

    private static Refused invalid(String message) {
        return new Refused(ErrorCode.INVALID_REQUEST, message);
    }
}
