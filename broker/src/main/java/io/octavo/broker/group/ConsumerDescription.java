package io.octavo.broker.group;

import io.octavo.broker.cluster.ClusterView;
import io.octavo.broker.group.consumer.ConsumerMember;
import io.octavo.broker.group.consumer.ConsumerState;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.ConsumerGroupDescribeResponse.Assignment;
import io.octavo.protocol.message.ConsumerGroupDescribeResponse.DescribedGroup;
import io.octavo.protocol.message.ConsumerGroupDescribeResponse.Member;
import io.octavo.protocol.message.ConsumerGroupDescribeResponse.TopicPartitions;
import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What ConsumerGroupDescribe says of a group.
final class ConsumerDescription {
    private static final byte CLASSIC = 0;
    private static final byte CONSUMER = 1;

    private final ClusterView view;
    private final ConsumerState state;

    private ConsumerDescription(ClusterView view, ConsumerState state) {
        this.view = view;
        this.state = state;
    }

    /// @param group null when there is none
    static DescribedGroup of(String id, @Nullable Group group, GroupContext context) {
        if (!(group instanceof ConsumerGroup consumer)) {
            String message =
                    group == null
                            ? "Group " + id + " not found."
                            : "Group " + id + " is not a consumer group.";
            return refused(id, ErrorCode.GROUP_ID_NOT_FOUND, message);
        }
        ConsumerState state = consumer.committedState();
        List<Member> members = new ArrayList<>(state.size());
        ConsumerDescription description = new ConsumerDescription(context.view().get(), state);
        state.members().forEach(member -> members.add(description.member(member)));
        return DescribedGroup.defaults()
                .withGroupId(id)
                .withGroupState(consumer.state())
                .withGroupEpoch(state.epoch())
                .withAssignmentEpoch(state.targetEpoch())
                .withAssignorName(state.assignor(consumer.config()))
                .withMembers(members);
    }

    static DescribedGroup refused(String id, ErrorCode error, @Nullable String message) {
        return DescribedGroup.defaults()
                .withGroupId(id)
                .withErrorCode(error.code())
                .withErrorMessage(message);
    }

    private Member member(ConsumerMember member) {
        return Member.defaults()
                .withMemberId(member.id())
                .withInstanceId(member.instanceId())
                .withRackId(member.metadata().rackId())
                .withMemberEpoch(member.current().epoch())
                .withClientId(member.metadata().clientId())
                .withClientHost(member.metadata().clientHost())
                .withSubscribedTopicNames(member.metadata().subscribedTopicNames())
                .withSubscribedTopicRegex(member.regex())
                .withAssignment(assignment(member.current().held()))
                .withTargetAssignment(assignment(state.target(member.id())))
                .withMemberType(member.classic() == null ? CONSUMER : CLASSIC);
    }

    /// Topics that are gone have no name, and are left out.
    private Assignment assignment(Map<Uuid, ? extends Collection<Integer>> partitions) {
        Map<String, TopicPartitions> topics = new TreeMap<>();
        partitions.forEach((topic, its) -> {
            String name = view.topicNames().get(topic);
            if (name != null) {
                topics.put(name, new TopicPartitions(topic, name, List.copyOf(its)));
            }
        });
        return new Assignment(List.copyOf(topics.values()));
    }
}
