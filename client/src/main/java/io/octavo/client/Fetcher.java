package io.octavo.client;

import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.FetchRequest;
import io.octavo.protocol.message.FetchRequest.FetchPartition;
import io.octavo.protocol.message.FetchRequest.FetchTopic;
import io.octavo.protocol.message.FetchResponse;
import io.octavo.protocol.message.FetchResponse.AbortedTransaction;
import io.octavo.protocol.message.FetchResponse.FetchableTopicResponse;
import io.octavo.protocol.message.FetchResponse.PartitionData;
import io.octavo.protocol.wire.ByteRecords;
import io.octavo.protocol.wire.Uuid;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/// Fills the [Readings] of a consumer: finds positions, and keeps one fetch on its way to each
/// leader whose partitions are all drained. To ask for the drained ones alone would make them wait
/// for the others' long poll. Owned by the client's loop.
final class Fetcher {
    /// No fetch session (KIP-227): every request says all.
    private static final int SESSIONLESS = -1;

    private final Client client;
    private final ConsumerConfig config;
    private final Readings readings;
    private final OffsetLookup offsets;
    private final AtomicBoolean pumpPending = new AtomicBoolean();
    private volatile boolean closed;

    Fetcher(Client client, ConsumerConfig config, Readings readings, OffsetLookup offsets) {
        this.client = client;
        this.config = config;
        this.readings = readings;
        this.offsets = offsets;
    }

    /// Asks for what can be asked for, soon. From any thread; does not wait.
    void wake() {
        if (pumpPending.compareAndSet(false, true)) {
            client.loop().execute(this::pump);
        }
    }

    void close() {
        closed = true;
    }

    private void pump() {
        pumpPending.set(false);
        if (closed) {
            return;
        }
        Set<Integer> occupied = new HashSet<>();
        readings.busy().forEach(reading -> occupied.add(client.map().leader(reading.partition)));
        List<Reading> sought = new ArrayList<>();
        List<Reading> leaderless = new ArrayList<>();
        Map<Integer, List<Reading>> byLeader = new HashMap<>();
        for (Reading reading : readings.idle()) {
            int leader = client.map().leader(reading.partition);
            if (reading.sought != null) {
                sought.add(reading);
            } else if (leader == ClusterMap.NO_LEADER) {
                leaderless.add(reading);
            } else if (!occupied.contains(leader)) {
                byLeader.computeIfAbsent(leader, id -> new ArrayList<>()).add(reading);
            }
        }
        if (!sought.isEmpty()) {
            find(sought);
        }
        if (!leaderless.isEmpty()) {
            readings.asking(leaderless);
            refresh(leaderless);
        }
        byLeader.forEach(this::fetch);
    }

    private void find(List<Reading> sought) {
        readings.asking(sought);
        Map<TopicPartition, Position> positions = new HashMap<>();
        for (Reading reading : sought) {
            if (reading.sought != null) {
                positions.put(reading.partition, reading.sought);
            }
        }
        Completion.on(
                offsets.find(positions),
                found -> {
                    for (Reading reading : sought) {
                        readings.found(reading, found.getOrDefault(reading.partition, -1L));
                    }
                    wake();
                },
                failure -> sought.forEach(reading -> readings.stopped(reading, failure)));
    }

    /// Asks who leads; a partition that still has no leader is told why.
    private void refresh(List<Reading> leaderless) {
        Set<String> topics = new HashSet<>();
        leaderless.forEach(reading -> topics.add(reading.partition.topic()));
        Completion.on(
                client.refresh(topics, false),
                map -> {
                    for (Reading reading : leaderless) {
                        try {
                            OffsetLookup.leader(map, reading.partition);
                            readings.fetched(reading, reading.knownEnd, null);
                        } catch (Refused e) {
                            failed(reading, e);
                        }
                    }
                    wake();
                },
                failure -> leaderless.forEach(reading -> failed(reading, failure)));
    }

    private void fetch(int leader, List<Reading> its) {
        readings.asking(its);
        Map<TopicPartition, Reading> asked = new HashMap<>();
        // In their order: who was served last is asked for last, and brokers serve in this order.
        Map<TopicPartition, Long> from = new LinkedHashMap<>();
        for (Reading reading : its) {
            asked.put(reading.partition, reading);
            from.put(reading.partition, reading.offset);
        }
        Completion.on(
                client.broker(leader).thenCompose(broker -> send(broker, from)),
                answer -> answered(answer, asked, from),
                failure -> {
                    asked.values().forEach(reading -> failed(reading, failure));
                    refreshStale(asked.keySet());
                });
    }

    private CompletableFuture<FetchResponse> send(
            Connection broker, Map<TopicPartition, Long> from) {
        ClusterMap map = client.map();
        int version = map.version(broker, FetchRequest.API, from.keySet());
        boolean byIds = version >= ClusterMap.TOPIC_IDS_FROM;
        Map<String, List<FetchPartition>> byTopic = new LinkedHashMap<>();
        from.forEach((partition, offset) ->
                byTopic.computeIfAbsent(partition.topic(), name -> new ArrayList<>())
                        .add(
                                FetchPartition.defaults()
                                        .withPartition(partition.partition())
                                        .withCurrentLeaderEpoch(map.leaderEpoch(partition))
                                        .withFetchOffset(offset)
                                        .withPartitionMaxBytes(config.partitionBytesMax())));
        List<FetchTopic> topics = new ArrayList<>();
        byTopic.forEach((name, partitions) -> {
            Uuid id = byIds ? map.topicId(name) : Uuid.ZERO;
            topics.add(new FetchTopic(byIds ? "" : name, id, partitions));
        });
        FetchRequest request =
                FetchRequest.defaults()
                        .withMaxWaitMs(config.waitMsMax())
                        .withMinBytes(config.bytesMin())
                        .withMaxBytes(config.bytesMax())
                        .withIsolationLevel(config.isolation().number())
                        .withSessionEpoch(SESSIONLESS)
                        .withTopics(topics);
        int timeoutMs = config.waitMsMax() + client.config().requestTimeoutMs();
        return broker.send(FetchRequest.API, version, request, timeoutMs);
    }

    private void answered(
            FetchResponse answer,
            Map<TopicPartition, Reading> asked,
            Map<TopicPartition, Long> from) {
        ErrorCode error = ErrorCode.of(answer.errorCode());
        Map<TopicPartition, Reading> missing = new HashMap<>(asked);
        Set<TopicPartition> stale = new HashSet<>();
        for (FetchableTopicResponse topic : answer.responses()) {
            String name = client.map().topicName(topic.topic(), topic.topicId());
            for (PartitionData its : topic.partitions()) {
                TopicPartition partition = new TopicPartition(name, its.partitionIndex());
                Reading reading = missing.remove(partition);
                if (reading != null && !take(reading, its, from.getOrDefault(partition, -1L))) {
                    stale.add(partition);
                }
            }
        }
        for (Reading reading : missing.values()) {
            failed(
                    reading,
                    error == ErrorCode.NONE
                            ? new Unreadable("the broker answers without " + reading.partition)
                            : new Refused("reading " + reading.partition, error, null));
        }
        refreshStale(stale);
        wake();
    }

    /// What the leader says of one partition.
    ///
    /// @return false when what is known of the topic may be out of date
    private boolean take(Reading reading, PartitionData answer, long from) {
        ErrorCode error = ErrorCode.of(answer.errorCode());
        if (error == ErrorCode.NONE) {
            boolean committed = config.isolation() == Isolation.READ_COMMITTED;
            long end = committed ? answer.lastStableOffset() : answer.highWatermark();
            ByteBuffer bytes =
                    answer.records() instanceof ByteRecords(ByteBuffer records)
                            ? records
                            : ByteBuffer.allocate(0);
            List<AbortedTransaction> aborted = answer.abortedTransactions();
            RecordsDecoder decoder =
                    new RecordsDecoder(
                            reading.partition,
                            bytes,
                            aborted == null || !committed ? List.of() : aborted,
                            from,
                            config.verifyCrc());
            readings.fetched(reading, end, bytes.hasRemaining() ? decoder : null);
            return true;
        }
        Position instead = config.outOfRange();
        if (error == ErrorCode.OFFSET_OUT_OF_RANGE && instead != null) {
            readings.lost(reading, instead);
            return true;
        }
        String text = null;
        if (error == ErrorCode.OFFSET_OUT_OF_RANGE && answer.logStartOffset() >= 0) {
            text =
                    "offset %d is not in the log, which begins at %d and ends at %d"
                            .formatted(from, answer.logStartOffset(), answer.highWatermark());
        }
        Refused refused = new Refused("reading " + reading.partition, error, text);
        if (error.retriable()) {
            failed(reading, refused);
            return false;
        }
        readings.stopped(reading, refused);
        return true;
    }

    private void failed(Reading reading, ClientException reason) {
        if (!client.isRetriable(reason)) {
            readings.stopped(reading, reason);
            return;
        }
        int pauseMs = client.config().retryBackoffMs();
        readings.failed(reading, reason, pauseMs, client.config().apiTimeoutMs());
        client.loop().schedule(pauseMs, this::wake);
    }

    private void refreshStale(Set<TopicPartition> partitions) {
        Set<String> topics = new HashSet<>();
        partitions.forEach(partition -> topics.add(partition.topic()));
        if (!topics.isEmpty()) {
            Completion.on(client.refresh(topics, false), map -> wake(), failure -> {});
        }
    }
}
