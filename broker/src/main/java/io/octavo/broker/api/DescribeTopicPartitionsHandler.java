package io.octavo.broker.api;

import io.octavo.broker.cluster.Cluster;
import io.octavo.broker.cluster.ClusterView;
import io.octavo.broker.cluster.PartitionState;
import io.octavo.broker.cluster.Topic;
import io.octavo.broker.cluster.TopicNames;
import io.octavo.broker.config.LiveConfig;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.DescribeTopicPartitionsRequest;
import io.octavo.protocol.message.DescribeTopicPartitionsRequest.TopicRequest;
import io.octavo.protocol.message.DescribeTopicPartitionsResponse;
import io.octavo.protocol.message.DescribeTopicPartitionsResponse.Cursor;
import io.octavo.protocol.message.DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponsePartition;
import io.octavo.protocol.message.DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// DescribeTopicPartitions (KIP-966): topics and their partitions in pages, by name. The answer to
/// one page holds the cursor that begins the next.
public final class DescribeTopicPartitionsHandler
        implements Handler<DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse> {
    private final Cluster cluster;
    private final LiveConfig config;
    private final PartitionReport.LocalLogs logs;

    public DescribeTopicPartitionsHandler(
            Cluster cluster, LiveConfig config, PartitionReport.LocalLogs logs) {
        this.cluster = cluster;
        this.config = config;
        this.logs = logs;
    }

    @Override
    public Api<DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse> api() {
        return DescribeTopicPartitionsRequest.API;
    }

    @Override
    public Reply<DescribeTopicPartitionsResponse> handle(
            DescribeTopicPartitionsRequest request, RequestContext context) {
        ClusterView view = cluster.view();
        NavigableSet<String> names = new TreeSet<>();
        for (TopicRequest topic : request.topics()) {
            names.add(topic.name());
        }
        DescribeTopicPartitionsRequest.Cursor from = request.cursor();
        if (from != null
                && (from.partitionIndex() < 0
                        || (!names.isEmpty() && !names.contains(from.topicName())))) {
            return new Reply.Now<>(malformed(names));
        }
        boolean all = names.isEmpty();
        NavigableSet<String> wanted = all ? view.topics().navigableKeySet() : names;
        int limit =
                Math.max(
                        1,
                        Math.min(
                                request.responsePartitionLimit(),
                                config.current().requestPartitionsMax()));
        Page page = new Page(new PartitionReport(view, config.current().brokerId(), logs), limit);
        for (String name : from == null ? wanted : wanted.tailSet(from.topicName(), true)) {
            int first = from != null && from.topicName().equals(name) ? from.partitionIndex() : 0;
            if (!page.add(name, first)) {
                break;
            }
        }
        return new Reply.Now<>(
                DescribeTopicPartitionsResponse.defaults()
                        .withTopics(page.topics)
                        .withNextCursor(page.next));
    }

    /// There is no place for an error of the whole request: each topic that was asked for has it.
    private static DescribeTopicPartitionsResponse malformed(NavigableSet<String> names) {
        List<DescribeTopicPartitionsResponseTopic> topics = new ArrayList<>(names.size());
        for (String name : names) {
            topics.add(refusal(ErrorCode.INVALID_REQUEST, name));
        }
        return DescribeTopicPartitionsResponse.defaults().withTopics(topics);
    }

    private static DescribeTopicPartitionsResponseTopic refusal(ErrorCode error, String name) {
        return DescribeTopicPartitionsResponseTopic.defaults()
                .withErrorCode(error.code())
                .withName(name)
                .withIsInternal(TopicNames.internal(name));
    }

    /// One answer while it is filled.
    private static final class Page {
        private final PartitionReport report;
        private final List<DescribeTopicPartitionsResponseTopic> topics = new ArrayList<>();
        private int room;
        private @Nullable Cursor next;

        Page(PartitionReport report, int room) {
            this.report = report;
            this.room = room;
        }

        /// @return whether there is room for more; if not, [#next] says where to go on
        boolean add(String name, int first) {
            if (room == 0) {
                next = new Cursor(name, 0);
                return false;
            }
            Topic topic = report.view().topic(name);
            if (topic == null) {
                topics.add(
                        refusal(
                                TopicNames.problem(name) == null
                                        ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
                                        : ErrorCode.INVALID_TOPIC_EXCEPTION,
                                name));
                return true;
            }
            int count = topic.partitions().size();
            int from = Math.min(first, count);
            int to = (int) Math.min((long) from + room, count);
            List<DescribeTopicPartitionsResponsePartition> partitions = new ArrayList<>(to - from);
            for (PartitionState state : topic.partitions().subList(from, to)) {
                partitions.add(partition(topic, state));
            }
            topics.add(
                    new DescribeTopicPartitionsResponseTopic(
                            ErrorCode.NONE.code(),
                            name,
                            topic.id(),
                            topic.internal(),
                            partitions,
                            AuthorizedOperations.TOPIC));
            room -= to - from;
            if (to < count) {
                next = new Cursor(name, to);
                return false;
            }
            return true;
        }

        private DescribeTopicPartitionsResponsePartition partition(
                Topic topic, PartitionState state) {
            int leader = report.leader(topic, state);
            return new DescribeTopicPartitionsResponsePartition(
                    ErrorCode.NONE.code(),
                    state.index(),
                    leader,
                    state.leaderEpoch(),
                    state.replicas(),
                    PartitionReport.insync(state),
                    PartitionReport.eligible(state),
                    List.of(),
                    report.offline(topic, state));
        }
    }
}
