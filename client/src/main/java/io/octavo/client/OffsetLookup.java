package io.octavo.client;

import io.octavo.client.ClusterMap.Topic;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.ListOffsetsRequest;
import io.octavo.protocol.message.ListOffsetsRequest.ListOffsetsPartition;
import io.octavo.protocol.message.ListOffsetsRequest.ListOffsetsTopic;
import io.octavo.protocol.message.ListOffsetsResponse;
import io.octavo.protocol.message.ListOffsetsResponse.ListOffsetsPartitionResponse;
import io.octavo.protocol.message.ListOffsetsResponse.ListOffsetsTopicResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/// Turns positions into offsets, by asking the partitions' leaders (ListOffsets). Its calls may
/// come from any thread.
final class OffsetLookup {
    private static final long LATEST = -1;
    private static final long EARLIEST = -2;
    private static final long NOT_FOUND = -1;
    private static final int CONSUMER = -1;

    private final Client client;
    private final Isolation isolation;

    OffsetLookup(Client client, Isolation isolation) {
        this.client = client;
        this.isolation = isolation;
    }

    /// The offset of each position, retried until the time for operations is over.
    CompletableFuture<Map<TopicPartition, Long>> find(Map<TopicPartition, Position> positions) {
        Map<TopicPartition, Long> found = new HashMap<>();
        Map<TopicPartition, Long> timestamps = new HashMap<>();
        positions.forEach((partition, position) -> {
            switch (position) {
                case Position.At(long offset) -> found.put(partition, offset);
                case Position.Beginning() -> timestamps.put(partition, EARLIEST);
                case Position.End() -> timestamps.put(partition, LATEST);
                case Position.Since(long ms) -> timestamps.put(partition, Math.max(ms, 0));
            }
        });
        return client.retried(() -> lookUp(timestamps, found));
    }

    /// Asks for what is not found yet; a time that no record has reached is then the end's.
    private CompletableFuture<Map<TopicPartition, Long>> lookUp(
            Map<TopicPartition, Long> timestamps, Map<TopicPartition, Long> found) {
        if (timestamps.isEmpty()) {
            return CompletableFuture.completedFuture(found);
        }
        Set<String> topics = new HashSet<>();
        timestamps.keySet().forEach(partition -> topics.add(partition.topic()));
        return client.refresh(topics, false)
                .thenCompose(map -> askLeaders(map, Map.copyOf(timestamps), timestamps, found))
                .thenCompose(done -> lookUp(timestamps, found));
    }

    private CompletableFuture<Void> askLeaders(
            ClusterMap map,
            Map<TopicPartition, Long> questions,
            Map<TopicPartition, Long> open,
            Map<TopicPartition, Long> found) {
        Map<Integer, Map<TopicPartition, Long>> byLeader = new HashMap<>();
        questions.forEach((partition, timestamp) ->
                byLeader.computeIfAbsent(leader(map, partition), id -> new HashMap<>())
                        .put(partition, timestamp));
        List<CompletableFuture<Void>> answers = new ArrayList<>();
        byLeader.forEach((leader, its) ->
                answers.add(
                        client.broker(leader)
                                .thenCompose(broker -> ask(map, broker, its))
                                .thenAccept(answer -> take(answer, open, found))));
        return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new));
    }

    /// @throws Refused when there is no such partition, or no leader at the moment
    static int leader(ClusterMap map, TopicPartition partition) {
        Topic topic = map.topics().get(partition.topic());
        ErrorCode error = topic == null ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : topic.error();
        if (topic == null || error != ErrorCode.NONE) {
            throw new Refused("topic " + partition.topic(), error, null);
        }
        if (partition.partition() < 0 || partition.partition() >= topic.partitions().size()) {
            throw new Refused(
                    "partition " + partition,
                    ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                    "the topic has " + topic.partitions().size() + " partitions, counted from 0");
        }
        int leader = map.leader(partition);
        if (leader == ClusterMap.NO_LEADER) {
            throw new Refused("partition " + partition, ErrorCode.LEADER_NOT_AVAILABLE, null);
        }
        return leader;
    }

    private CompletableFuture<ListOffsetsResponse> ask(
            ClusterMap map, Connection broker, Map<TopicPartition, Long> questions) {
        Map<String, List<ListOffsetsPartition>> byTopic = new HashMap<>();
        questions.forEach((partition, timestamp) -> {
            Topic topic = map.topics().get(partition.topic());
            int epoch = topic == null ? -1 : topic.leaderEpoch(partition.partition());
            byTopic.computeIfAbsent(partition.topic(), name -> new ArrayList<>())
                    .add(new ListOffsetsPartition(partition.partition(), epoch, timestamp));
        });
        List<ListOffsetsTopic> topics = new ArrayList<>();
        byTopic.forEach((name, partitions) -> topics.add(new ListOffsetsTopic(name, partitions)));
        ListOffsetsRequest request =
                new ListOffsetsRequest(
                        CONSUMER, isolation.number(), topics, client.config().requestTimeoutMs());
        return client.send(broker, ListOffsetsRequest.API, request);
    }

    private static void take(
            ListOffsetsResponse answer,
            Map<TopicPartition, Long> open,
            Map<TopicPartition, Long> found) {
        for (ListOffsetsTopicResponse topic : answer.topics()) {
            for (ListOffsetsPartitionResponse its : topic.partitions()) {
                TopicPartition partition = new TopicPartition(topic.name(), its.partitionIndex());
                Refused.check("offsets of " + partition, its.errorCode(), null);
                if (its.offset() != NOT_FOUND) {
                    found.put(partition, its.offset());
                    open.remove(partition);
                } else if (open.put(partition, LATEST) == LATEST) {
                    throw new Unreadable("the broker knows no end of " + partition);
                }
            }
        }
    }
}
