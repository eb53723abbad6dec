package io.octavo.client;

import io.octavo.ports.Deadline;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.InitProducerIdRequest;
import io.octavo.protocol.message.InitProducerIdResponse;
import io.octavo.protocol.message.ProduceRequest;
import io.octavo.protocol.message.ProduceRequest.PartitionProduceData;
import io.octavo.protocol.message.ProduceRequest.TopicProduceData;
import io.octavo.protocol.message.ProduceResponse;
import io.octavo.protocol.message.ProduceResponse.PartitionProduceResponse;
import io.octavo.protocol.message.ProduceResponse.TopicProduceResponse;
import io.octavo.protocol.record.CodecUnavailable;
import io.octavo.protocol.wire.ByteRecords;
import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Carries batches from the [Accumulator] to the partitions' leaders and judges the answers. Owned
/// by the client's loop.
final class ProduceSender {
    /// Requests under way to one broker; more would only wait there.
    private static final int IN_FLIGHT_MAX = 5;

    /// How much longer than the broker's own time limit an answer is waited for.
    private static final int ANSWER_GRACE_MS = 5_000;

    private static final int UNWRITABLE = -1;

    private final Client client;
    private final ProducerConfig config;
    private final Accumulator accumulator;

    private final AtomicBoolean pumpPending = new AtomicBoolean();
    private final Map<Connection, Integer> inFlight = new HashMap<>();
    private final Set<Integer> connecting = new HashSet<>();
    private @Nullable ProducerIdentity identity;
    private boolean identifying;

    ProduceSender(Client client, ProducerConfig config, Accumulator accumulator) {
        this.client = client;
        this.config = config;
        this.accumulator = accumulator;
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
        Map<Integer, List<ProducerBatch>> byLeader = new LinkedHashMap<>();
        Set<String> unknown = new HashSet<>();
        for (ProducerBatch batch : accumulator.ready()) {
            Deadline pause = batch.queue.pausedUntil;
            if (pause != null && !pause.passed(client.clock())) {
                continue;
            }
            TopicPartition partition = batch.queue.partition;
            int leader = client.map().leader(partition);
            if (batch.deadline.passed(client.clock())) {
                String late = "the records for " + partition + " could not be written in time";
                giveUp(batch, batch.reason == null ? new TimedOut(late) : batch.reason);
                wake();
            } else if (leader == ClusterMap.NO_LEADER) {
                unknown.add(partition.topic());
                pause(batch);
            } else if (isIdentified(batch.queue)) {
                byLeader.computeIfAbsent(leader, id -> new ArrayList<>()).add(batch);
            }
        }
        refresh(unknown);
        byLeader.forEach(this::sendTo);
    }

    private boolean isIdentified(PartitionQueue queue) {
        if (!config.idempotent() || queue.hasIdentity()) {
            return true;
        }
        if (identity == null) {
            identify();
            return false;
        }
        queue.identity(identity);
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
        CompletableFuture<ProducerIdentity> found =
                client.ask(InitProducerIdRequest.API, request, ProduceSender::identity);
        Completion.on(
                found,
                its -> {
                    identifying = false;
                    identity = its;
                    wake();
                },
                failure -> {
                    identifying = false;
                    for (ProducerBatch batch : accumulator.ready()) {
                        if (!batch.queue.hasIdentity()) {
                            giveUp(batch, failure);
                        }
                    }
                    wake();
                });
    }

    private static ProducerIdentity identity(InitProducerIdResponse answer) {
        Refused.check("a producer id", answer.errorCode(), null);
        return new ProducerIdentity(answer.producerId(), answer.producerEpoch());
    }

    private void sendTo(int leader, List<ProducerBatch> batches) {
        CompletableFuture<Connection> connected = client.broker(leader);
        if (connected.isDone() && !connected.isCompletedExceptionally()) {
            send(connected.join(), batches);
        } else if (connecting.add(leader)) {
            Completion.on(
                    connected,
                    connection -> {
                        connecting.remove(leader);
                        wake();
                    },
                    failure -> {
                        connecting.remove(leader);
                        unreachable(leader, failure);
                    });
        }
    }

    /// Lets those wait that would go to this leader now; since the connection was asked for, others
    /// may have come, gone, or been sent elsewhere.
    private void unreachable(int leader, ClientException reason) {
        for (ProducerBatch batch : accumulator.ready()) {
            if (client.map().leader(batch.queue.partition) == leader) {
                again(batch, reason);
            }
        }
    }

    /// Sends these batches, as many to a request as fit, while the connection takes requests.
    private void send(Connection connection, List<ProducerBatch> batches) {
        int next = 0;
        while (next < batches.size() && inFlight.getOrDefault(connection, 0) < IN_FLIGHT_MAX) {
            Map<TopicPartition, ProducerBatch> fitting = new LinkedHashMap<>();
            int bytes = 0;
            while (next < batches.size()) {
                ProducerBatch batch = batches.get(next);
                accumulator.take(batch);
                batch.queue.number(batch);
                int size = size(batch);
                if (size == UNWRITABLE) {
                    next++;
                    continue;
                }
                if (bytes + size > config.requestBytesMax() && !fitting.isEmpty()) {
                    break;
                }
                fitting.put(batch.queue.partition, batch);
                bytes += size;
                next++;
            }
            if (!fitting.isEmpty()) {
                send(connection, fitting);
            }
        }
    }

    /// How many bytes a batch takes, which is written for that; a batch that cannot be is given up.
    private int size(ProducerBatch batch) {
        try {
            return batch.bytes().remaining();
        } catch (CodecUnavailable e) {
            batch.queue.unnumber(batch);
            giveUp(
                    batch,
                    new Refused(
                            "writing to " + batch.queue.partition,
                            ErrorCode.UNSUPPORTED_COMPRESSION_TYPE,
                            e.getMessage()));
            wake();
            return UNWRITABLE;
        }
    }

    private void send(Connection connection, Map<TopicPartition, ProducerBatch> batches) {
        inFlight.merge(connection, 1, Integer::sum);
        for (ProducerBatch batch : batches.values()) {
            batch.attempts++;
            batch.queue.inFlight = true;
        }
        try {
            int version = client.map().version(connection, ProduceRequest.API, batches.keySet());
            ProduceRequest request = request(batches, version >= ClusterMap.TOPIC_IDS_FROM);
            if (config.acks() == Acks.NONE) {
                Completion.on(
                        connection.sendUnanswered(ProduceRequest.API, version, request),
                        nothing -> unanswered(connection, batches),
                        failure -> failed(connection, batches, failure));
            } else {
                int timeoutMs = client.config().requestTimeoutMs() + ANSWER_GRACE_MS;
                Completion.on(
                        connection.send(ProduceRequest.API, version, request, timeoutMs),
                        answer -> answered(connection, batches, answer),
                        failure -> failed(connection, batches, failure));
            }
        } catch (Refused e) {
            failed(connection, batches, e);
        }
    }

    private ProduceRequest request(Map<TopicPartition, ProducerBatch> batches, boolean byIds) {
        Map<String, List<PartitionProduceData>> byTopic = new LinkedHashMap<>();
        batches.forEach((partition, batch) -> {
            ByteRecords records = new ByteRecords(batch.bytes());
            byTopic.computeIfAbsent(partition.topic(), name -> new ArrayList<>())
                    .add(new PartitionProduceData(partition.partition(), records));
        });
        List<TopicProduceData> topics = new ArrayList<>();
        byTopic.forEach((name, partitions) -> {
            Uuid id = byIds ? client.map().topicId(name) : Uuid.ZERO;
            topics.add(new TopicProduceData(byIds ? "" : name, id, partitions));
        });
        int timeoutMs = client.config().requestTimeoutMs();
        return new ProduceRequest(null, config.acks().number(), timeoutMs, topics);
    }

    private void landed(Connection connection, Map<TopicPartition, ProducerBatch> batches) {
        batches.values().forEach(batch -> batch.queue.inFlight = false);
        inFlight.computeIfPresent(connection, (its, count) -> count == 1 ? null : count - 1);
        wake();
    }

    private void unanswered(Connection connection, Map<TopicPartition, ProducerBatch> batches) {
        landed(connection, batches);
        batches.values().forEach(batch -> done(batch, -1, -1));
    }

    private void failed(
            Connection connection,
            Map<TopicPartition, ProducerBatch> batches,
            ClientException failure) {
        landed(connection, batches);
        for (ProducerBatch batch : batches.values()) {
            batch.doubtful = true;
            again(batch, failure);
        }
    }

    private void answered(
            Connection connection,
            Map<TopicPartition, ProducerBatch> batches,
            ProduceResponse answer) {
        landed(connection, batches);
        Map<TopicPartition, ProducerBatch> missing = new LinkedHashMap<>(batches);
        for (TopicProduceResponse topic : answer.responses()) {
            String name = client.map().topicName(topic.name(), topic.topicId());
            for (PartitionProduceResponse its : topic.partitionResponses()) {
                ProducerBatch batch = missing.remove(new TopicPartition(name, its.index()));
                if (batch != null) {
                    judge(batch, its);
                }
            }
        }
        for (ProducerBatch batch : missing.values()) {
            String what = "the broker's answer leaves out " + batch.queue.partition;
            giveUp(batch, new Unreadable(what));
        }
    }

    private void judge(ProducerBatch batch, PartitionProduceResponse answer) {
        ErrorCode error = ErrorCode.of(answer.errorCode());
        String what = "writing to " + batch.queue.partition;
        switch (error) {
            case NONE -> done(batch, answer.baseOffset(), answer.logAppendTimeMs());
            case DUPLICATE_SEQUENCE_NUMBER -> done(batch, -1, -1);
            case UNKNOWN_PRODUCER_ID -> {
                if (batch.attempts > 1) {
                    // An earlier try may have been written before the broker forgot us.
                    giveUp(batch, new Refused(what, error, answer.errorMessage()));
                } else {
                    loseIdentity(batch.queue);
                    batch.numbered = false;
                    pause(batch);
                }
            }
            case MESSAGE_TOO_LARGE, RECORD_LIST_TOO_LARGE -> {
                if (batch.count() > 1 && !batch.doubtful) {
                    split(batch);
                } else {
                    giveUp(batch, new Refused(what, error, answer.errorMessage()));
                }
            }
            default -> {
                batch.doubtful |= error != ErrorCode.NOT_LEADER_OR_FOLLOWER;
                again(batch, new Refused(what, error, answer.errorMessage()));
            }
        }
    }

    /// What is too large together may do in parts.
    private void split(ProducerBatch batch) {
        batch.queue.unnumber(batch);
        accumulator.replace(batch, batch.split(accumulator::builder));
        wake();
    }

    private void done(ProducerBatch batch, long baseOffset, long appendTimeMs) {
        batch.written(baseOffset, appendTimeMs);
        accumulator.finished(batch);
    }

    private void again(ProducerBatch batch, ClientException reason) {
        if (!client.isRetriable(reason) || batch.deadline.passed(client.clock())) {
            giveUp(batch, reason);
        } else {
            batch.reason = reason;
            pause(batch);
            refresh(Set.of(batch.queue.partition.topic()));
        }
    }

    private void giveUp(ProducerBatch batch, ClientException reason) {
        if (batch.numbered) {
            loseIdentity(batch.queue);
        }
        batch.failed(reason);
        accumulator.finished(batch);
    }

    private void loseIdentity(PartitionQueue queue) {
        if (Objects.equals(identity, queue.loseIdentity())) {
            identity = null;
        }
    }

    private void pause(ProducerBatch batch) {
        int ms = client.config().retryBackoffMs();
        for (int i = 1; i < batch.attempts; i++) {
            ms = Client.backoffAfter(ms);
        }
        batch.queue.pausedUntil = Deadline.after(client.clock(), ms);
        wakeIn(ms);
    }

    private void refresh(Set<String> topics) {
        if (!topics.isEmpty()) {
            Completion.on(client.refresh(topics, true), map -> wake(), failure -> {});
        }
    }
}
