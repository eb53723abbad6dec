package io.octavo.system.group;

import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.protocol.ApiMessage;

/// The answers about groups as text that two brokers must agree on.
final class GroupWords {
    /// What each says in its own way: words for people, addresses.
    private static final Pattern OWN_WORDS =
            Pattern.compile(
                    "\\b(errorMessage|host)=('.*?'|null)(?=, \\w+=|[)\\]])"
                            + "|\\b(port|throttleTimeMs)=-?\\d+");

    /// Of a member that has none; KIP-848 has null there, Kafka an empty text.
    private static final String NO_REGEX = "subscribedTopicRegex=''";

    private GroupWords() {}

    /// @param named puts names in the places of ids that a broker made up
    static String of(ApiMessage answer, UnaryOperator<String> named) {
        order(answer, named);
        String words = OWN_WORDS.matcher(named.apply(answer.toString())).replaceAll("$1$3=..");
        return words.replace(NO_REGEX, "subscribedTopicRegex=null");
    }

    /// Brings that into an order what has none.
    private static void order(ApiMessage answer, UnaryOperator<String> named) {
        switch (answer) {
            case JoinGroupResponseData joined -> sort(joined.members(), named);
            case DescribeGroupsResponseData described ->
                    described.groups().forEach(group -> sort(group.members(), named));
            case ConsumerGroupDescribeResponseData described ->
                    described
                            .groups()
                            .forEach(group -> {
                                group.members()
                                        .forEach(member -> {
                                            member.subscribedTopicNames().sort(null);
                                            sort(member.assignment(), named);
                                            sort(member.targetAssignment(), named);
                                        });
                                sort(group.members(), named);
                            });
            case ConsumerGroupHeartbeatResponseData heard -> {
                if (heard.assignment() != null) {
                    heard.assignment()
                            .topicPartitions()
                            .forEach(topic -> topic.partitions().sort(null));
                    sort(heard.assignment().topicPartitions(), named);
                }
            }
            case ListGroupsResponseData listed -> sort(listed.groups(), named);
            case OffsetCommitResponseData committed -> {
                committed.topics().forEach(topic -> sort(topic.partitions(), named));
                sort(committed.topics(), named);
            }
            case OffsetDeleteResponseData deleted ->
                    deleted.topics().forEach(topic -> topic.partitions().sort(by(named)));
            case OffsetFetchResponseData fetched -> {
                fetched.topics().forEach(topic -> sort(topic.partitions(), named));
                sort(fetched.topics(), named);
                fetched.groups()
                        .forEach(group -> {
                            group.topics().forEach(topic -> sort(topic.partitions(), named));
                            sort(group.topics(), named);
                        });
                sort(fetched.groups(), named);
            }
            default -> {}
        }
    }

    private static void sort(
            ConsumerGroupDescribeResponseData.Assignment assignment, UnaryOperator<String> named) {
        assignment.topicPartitions().forEach(topic -> topic.partitions().sort(null));
        sort(assignment.topicPartitions(), named);
    }

    private static <T> void sort(List<T> list, UnaryOperator<String> named) {
        list.sort(by(named));
    }

    private static <T> Comparator<T> by(UnaryOperator<String> named) {
        return Comparator.comparing(one -> named.apply(one.toString()));
    }
}
