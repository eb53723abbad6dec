package io.octavo.client;

import io.octavo.ports.Deadline;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.InitProducerIdRequest;
import io.octavo.protocol.message.ProduceRequest;
import io.octavo.protocol.message.ProduceRequest.PartitionProduceData;
import io.octavo.protocol.message.ProduceRequest.TopicProduceData;
import io.octavo.protocol.message.ProduceResponse;
import io.octavo.protocol.message.ProduceResponse.PartitionProduceResponse;
import io.octavo.protocol.message.ProduceResponse.TopicProduceResponse;
import io.octavo.protocol.wire.ByteRecords;
import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Carries batches from the [Accumulator] to the partitions' leaders and judges the answers. Owned
/// by the client's loop.
///
/// A partition's order is kept so: its batches go over one connection, and a batch that failed goes
/// again alone, before all later ones. An idempotent producer has up to [#IN_FLIGHT_MAX] of a
/// partition's batches under way, since the broker refuses those behind a hole; any other has one.
final class ProduceSender {
    /// What a broker remembers of a producer in a partition, and can tell from a repetition.
    private static final int IN_FLIGHT_MAX = 5;

    /// The first version that names topics by id alone.
    private static final int TOPIC_IDS_FROM = 13;

    /// How much longer than the broker's own time limit an answer is waited for.
    private static final int ANSWER_GRACE_MS = 5_000;

    private final Client client;
    private final ProducerConfig config;
    private final Accumulator accumulator;
    private final int inFlightMax;

    private final AtomicBoolean pumpPending = new AtomicBoolean();
    private final Map<Connection, Integer> requests = new HashMap<>();
    private final Set<Integer> connecting = new HashSet<>();
    private @Nullable ProducerIdentity identity;
    private boolean identifying;

    ProduceSender(Client client, ProducerConfig config, Accumulator accumulator) {
        this.client = client;
        this.config = config;
        this.accumulator = accumulator;
        inFlightMax = config.idempotent() ? IN_FLIGHT_MAX : 1;
    }

    /// Sends what can be sent, soon. From any thread; does not wait.
    void wake() {
        if (pumpPending.compareAndSet(false, true)) {
            client.loop().execute(this::pump);
        }
    }

    /// The same after `ms`.
    void wakeIn(int ms) {
        if (ms == 0) {
            wake();
        } else {
            client.loop().schedule(ms, this::wake);
        }
    }

    private void pump() {
        pumpPending.set(false);
        Map<Integer, List<PartitionQueue>> byLeader = new LinkedHashMap<>();
        Set<String> unknown = new HashSet<>();
        for (PartitionQueue queue : accumulator.ready(inFlightMax)) {
            expire(queue);
            if (!maySend(queue)) {
                continue;
            }
            ClusterMap.Topic topic = client.map().topics().get(queue.partition.topic());
            int leader =
                    topic == null
                            ? ClusterMap.NO_LEADER
                            : topic.leader(queue.partition.partition());
            if (leader == ClusterMap.NO_LEADER) {
                unknown.add(queue.partition.topic());
                pause(queue, 0);
            } else {
                byLeader.computeIfAbsent(leader, id -> new ArrayList<>()).add(queue);
            }
        }
        refresh(unknown);
        byLeader.forEach(this::sendTo);
    }

    /// Gives up what has waited too long; only the head, since the others are younger.
    private void expire(PartitionQueue queue) {
        ProducerBatch head = accumulator.head(queue);
        while (head != null && head.deadline.passed(client.clock())) {
            accumulator.takeHead(queue);
            giveUp(
                    head,
                    new TimedOut(
                            "the records for "
                                    + queue.partition
                                    + " could not be written within "
                                    + client.config().apiTimeoutMs()
                                    + " ms"));
            head = accumulator.head(queue);
        }
    }

    private boolean maySend(PartitionQueue queue) {
        ProducerBatch head = accumulator.head(queue);
        if (head == null || queue.inFlight.size() >= inFlightMax) {
            return false;
        }
        if (queue.pausedUntil != null && !queue.pausedUntil.passed(client.clock())) {
            return false;
        }
        if (!queue.inFlight.isEmpty()) {
            boolean again = head.attempts > 0 || queue.inFlight.get(0).attempts > 1;
            return !again && !queue.broken;
        }
        return !config.idempotent() || identified(queue);
    }

    /// Whether the partition's batches have an identity and an unbroken sequence; none is under
    /// way.
    private boolean identified(PartitionQueue queue) {
        if (queue.identity != null && !queue.broken) {
            return true;
        }
        if (queue.broken && queue.identity != null && queue.identity.equals(identity)) {
            identity = null;
        }
        if (identity == null) {
            identify();
            return false;
        }
        accumulator.restart(queue, identity);
        return true;
    }

    private void identify() {
        if (identifying) {
            return;
        }
        identifying = true;
        InitProducerIdRequest request =
                InitProducerIdRequest.defaults()
                        .withTransactionalId(null)
                        .withTransactionTimeoutMs(Integer.MAX_VALUE);
        int timeoutMs = client.config().requestTimeoutMs();
        Completion.on(
                client.retried(() ->
                        client.anyBroker()
                                .thenCompose(broker ->
                                        broker.send(
                                                InitProducerIdRequest.API,
                                                broker.version(InitProducerIdRequest.API),
                                                request,
                                                timeoutMs))
                                .thenApply(answer -> {
                                    ErrorCode error = ErrorCode.of(answer.errorCode());
                                    if (error != ErrorCode.NONE) {
                                        throw new Refused("a producer id", error, null);
                                    }
                                    return new ProducerIdentity(
                                            answer.producerId(), answer.producerEpoch());
                                })),
                found -> {
                    identifying = false;
                    identity = found;
                    wake();
                },
                failure -> {
                    identifying = false;
                    failAll(failure);
                });
    }

    /// Without an identity nothing can be written.
    private void failAll(ClientException reason) {
        for (PartitionQueue queue : accumulator.ready(inFlightMax)) {
            ProducerBatch head = accumulator.head(queue);
            while (head != null && queue.inFlight.isEmpty() && queue.identity == null) {
                accumulator.takeHead(queue);
                giveUp(head, reason);
                head = accumulator.head(queue);
            }
        }
        wakeIn(client.config().retryBackoffMs());
    }

    private void sendTo(int leader, List<PartitionQueue> queues) {
        var connected = client.broker(leader);
        if (connected.isDone() && !connected.isCompletedExceptionally()) {
            Connection connection = connected.join();
            List<PartitionQueue> sendable = new ArrayList<>();
            for (PartitionQueue queue : queues) {
                if (queue.inFlight.isEmpty() || connection == queue.inFlightTo) {
                    sendable.add(queue);
                }
            }
            send(connection, sendable);
        } else if (connecting.add(leader)) {
            Completion.on(
                    connected,
                    connection -> {
                        connecting.remove(leader);
                        wake();
                    },
                    failure -> {
                        connecting.remove(leader);
                        Set<String> topics = new HashSet<>();
                        for (PartitionQueue queue : queues) {
                            topics.add(queue.partition.topic());
                            failHead(queue, failure);
                        }
                        refresh(topics);
                    });
        }
    }

    /// The leader cannot be reached: the head waits, or, when it has waited long enough, tells why.
    private void failHead(PartitionQueue queue, ClientException reason) {
        ProducerBatch head = accumulator.head(queue);
        if (head == null || !queue.inFlight.isEmpty()) {
            return;
        }
        if (client.isRetriable(reason) && !head.deadline.passed(client.clock())) {
            pause(queue, head.attempts);
        } else {
            accumulator.takeHead(queue);
            giveUp(head, reason);
        }
    }

    /// Sends the heads of these partitions, as many to a request as fit, while the connection takes
    /// requests.
    private void send(Connection connection, List<PartitionQueue> queues) {
        int next = 0;
        while (next < queues.size() && requests.getOrDefault(connection, 0) < IN_FLIGHT_MAX) {
            Map<TopicPartition, ProducerBatch> batches = new LinkedHashMap<>();
            int bytes = 0;
            while (next < queues.size()) {
                PartitionQueue queue = queues.get(next);
                ProducerBatch head = accumulator.head(queue);
                if (head == null) {
                    next++;
                    continue;
                }
                queue.number(head);
                int size = head.bytes().remaining();
                if (!batches.isEmpty() && bytes + size > config.requestBytesMax()) {
                    break;
                }
                accumulator.takeHead(queue);
                batches.put(queue.partition, head);
                bytes += size;
                next++;
            }
            if (!batches.isEmpty()) {
                send(connection, batches);
            }
        }
        if (next > 0) {
            wake();
        }
    }

    private void send(Connection connection, Map<TopicPartition, ProducerBatch> batches) {
        for (ProducerBatch batch : batches.values()) {
            batch.attempts++;
            batch.queue.inFlight.add(batch);
            batch.queue.inFlightTo = connection;
        }
        requests.merge(connection, 1, Integer::sum);
        try {
            int version = versionFor(connection, batches);
            ProduceRequest request = request(batches, version);
            if (config.acks() == Acks.NONE) {
                Completion.on(
                        connection.sendUnanswered(ProduceRequest.API, version, request),
                        nothing -> written(connection, batches),
                        failure -> failed(connection, batches, failure));
                return;
            }
            int timeoutMs = client.config().requestTimeoutMs() + ANSWER_GRACE_MS;
            Completion.on(
                    connection.send(ProduceRequest.API, version, request, timeoutMs),
                    answer -> answered(connection, batches, answer),
                    failure -> failed(connection, batches, failure));
        } catch (ClientException e) {
            failed(connection, batches, e);
        }
    }

    private int versionFor(Connection connection, Map<TopicPartition, ProducerBatch> batches) {
        for (TopicPartition partition : batches.keySet()) {
            if (topicId(partition.topic()).equals(Uuid.ZERO)) {
                return connection.version(ProduceRequest.API, TOPIC_IDS_FROM - 1);
            }
        }
        return connection.version(ProduceRequest.API);
    }

    private Uuid topicId(String name) {
        ClusterMap.Topic topic = client.map().topics().get(name);
        return topic == null ? Uuid.ZERO : topic.id();
    }

    private ProduceRequest request(Map<TopicPartition, ProducerBatch> batches, int version) {
        Map<String, List<PartitionProduceData>> byTopic = new LinkedHashMap<>();
        batches.forEach((partition, batch) ->
                byTopic.computeIfAbsent(partition.topic(), name -> new ArrayList<>())
                        .add(
                                new PartitionProduceData(
                                        partition.partition(), new ByteRecords(batch.bytes()))));
        boolean ids = version >= TOPIC_IDS_FROM;
        List<TopicProduceData> topics = new ArrayList<>();
        byTopic.forEach((name, partitions) ->
                topics.add(
                        new TopicProduceData(
                                ids ? "" : name, ids ? topicId(name) : Uuid.ZERO, partitions)));
        return new ProduceRequest(
                null, config.acks().number(), client.config().requestTimeoutMs(), topics);
    }

    private void written(Connection connection, Map<TopicPartition, ProducerBatch> batches) {
        landed(connection, batches);
        batches.values().forEach(batch -> done(batch, -1, -1));
        wake();
    }

    private void answered(
            Connection connection,
            Map<TopicPartition, ProducerBatch> batches,
            ProduceResponse answer) {
        landed(connection, batches);
        Map<Uuid, String> names = new HashMap<>();
        batches.keySet().forEach(its -> names.put(topicId(its.topic()), its.topic()));
        Map<TopicPartition, ProducerBatch> missing = new LinkedHashMap<>(batches);
        Set<String> stale = new HashSet<>();
        for (TopicProduceResponse topic : answer.responses()) {
            String name = topic.name().isEmpty() ? names.get(topic.topicId()) : topic.name();
            for (PartitionProduceResponse its : topic.partitionResponses()) {
                ProducerBatch batch =
                        name == null ? null : missing.remove(new TopicPartition(name, its.index()));
                if (batch != null && !judge(batch, its)) {
                    stale.add(batch.queue.partition.topic());
                }
            }
        }
        missing.values()
                .forEach(b ->
                        giveUp(
                                b,
                                new Unreadable("the broker answers without " + b.queue.partition)));
        refresh(stale);
        wake();
    }

    private void failed(
            Connection connection,
            Map<TopicPartition, ProducerBatch> batches,
            ClientException failure) {
        landed(connection, batches);
        Set<String> stale = new HashSet<>();
        for (ProducerBatch batch : batches.values()) {
            stale.add(batch.queue.partition.topic());
            again(batch, failure);
        }
        refresh(stale);
        wake();
    }

    private void landed(Connection connection, Map<TopicPartition, ProducerBatch> batches) {
        batches.values().forEach(batch -> batch.queue.inFlight.remove(batch));
        requests.computeIfPresent(connection, (its, count) -> count == 1 ? null : count - 1);
    }

    /// What the leader says of one batch.
    ///
    /// @return false when what is known of the topic may be out of date
    private boolean judge(ProducerBatch batch, PartitionProduceResponse answer) {
        ErrorCode error = ErrorCode.of(answer.errorCode());
        Refused refused =
                new Refused("writing to " + batch.queue.partition, error, answer.errorMessage());
        switch (error) {
            case NONE -> done(batch, answer.baseOffset(), answer.logAppendTimeMs());
            case DUPLICATE_SEQUENCE_NUMBER -> done(batch, -1, -1);
            case OUT_OF_ORDER_SEQUENCE_NUMBER -> {
                if (accumulator.isOldest(batch)) {
                    giveUp(batch, refused);
                } else {
                    accumulator.putBack(batch);
                }
            }
            case UNKNOWN_PRODUCER_ID -> {
                batch.queue.broken = true;
                again(batch, refused);
            }
            default -> {
                if (!error.retriable()) {
                    giveUp(batch, refused);
                    return true;
                }
                again(batch, refused);
                return false;
            }
        }
        return true;
    }

    private void done(ProducerBatch batch, long baseOffset, long appendTimeMs) {
        accumulator.finished(batch);
        batch.written(baseOffset, appendTimeMs);
    }

    private void again(ProducerBatch batch, ClientException reason) {
        boolean helps =
                client.isRetriable(reason)
                        || (reason instanceof Refused refused
                                && refused.code() == ErrorCode.UNKNOWN_PRODUCER_ID);
        if (!helps || batch.deadline.passed(client.clock())) {
            giveUp(batch, reason);
        } else {
            accumulator.putBack(batch);
            pause(batch.queue, batch.attempts);
        }
    }

    private void giveUp(ProducerBatch batch, ClientException reason) {
        batch.queue.broken |= config.idempotent() && batch.isBuilt();
        accumulator.finished(batch);
        batch.failed(reason);
    }

    private void pause(PartitionQueue queue, int attempts) {
        int ms = client.config().retryBackoffMs();
        for (int i = 1; i < attempts; i++) {
            ms = Client.backoffAfter(ms);
        }
        queue.pausedUntil = Deadline.after(client.clock(), ms);
        wakeIn(ms);
    }

    private void refresh(Set<String> topics) {
        if (!topics.isEmpty()) {
            Completion.on(client.refresh(topics, true), map -> wake(), failure -> {});
        }
    }
}
