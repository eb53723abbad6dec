package io.octavo.broker.api;

import io.octavo.broker.cluster.ClusterView;
import io.octavo.broker.replica.Admission;
import io.octavo.broker.replica.Append;
import io.octavo.broker.replica.HostedTopic;
import io.octavo.broker.replica.Partition;
import io.octavo.broker.replica.PartitionTable;
import io.octavo.broker.replica.Rejection;
import io.octavo.ports.Clock;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.api.VersionRange;
import io.octavo.protocol.message.ProduceRequest;
import io.octavo.protocol.message.ProduceRequest.PartitionProduceData;
import io.octavo.protocol.message.ProduceRequest.TopicProduceData;
import io.octavo.protocol.message.ProduceResponse;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.wire.ByteRecords;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Produce: checks each partition's batch, appends it, and answers when the client's `acks` are met
/// ([Production]). A partition that is named twice in a request is appended to twice, and answered
/// twice.
public final class ProduceHandler implements Handler<ProduceRequest, ProduceResponse> {
    private static final Logger LOGGER = LoggerFactory.getLogger(ProduceHandler.class);

    /// acks is -1 (all), 0 or 1.
    private static final short ACKS_LEAST = -1;

    private static final short ACKS_MOST = 1;

    /// The first version that names topics by id only (KIP-516).
    private static final int TOPIC_IDS_FROM_VERSION = 13;

    private static final int ANY_EPOCH = -1;

    private static final Rejection UNKNOWN_TOPIC = of(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    private static final Rejection UNKNOWN_TOPIC_ID = of(ErrorCode.UNKNOWN_TOPIC_ID);
    private static final Rejection NOT_LEADER = of(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    private static final Rejection INVALID_ACKS = of(ErrorCode.INVALID_REQUIRED_ACKS);
    private static final Rejection INTERNAL_TOPIC =
            new Rejection(
                    ErrorCode.INVALID_TOPIC_EXCEPTION, "clients do not write to internal topics");
    private static final Rejection NO_RECORDS =
            new Rejection(ErrorCode.INVALID_RECORD, "a batch is missing");

    private final PartitionTable partitions;
    private final Leaders leaders;
    private final Clock clock;
    private final Executor workers;

    /// @param workers decode large batches, where a topic's settings demand it
    public ProduceHandler(
            PartitionTable partitions, Supplier<ClusterView> view, Clock clock, Executor workers) {
        this.partitions = partitions;
        leaders = new Leaders(view);
        this.clock = clock;
        this.workers = workers;
    }

    @Override
    public Api<ProduceRequest, ProduceResponse> api() {
        return ProduceRequest.API;
    }

    /// Old librdkafka compresses only for a broker that offers Produce 0, which it does not use
    /// (KAFKA-18659).
    @Override
    public VersionRange advertised() {
        return new VersionRange(0, api().versions().max());
    }

    @Override
    public Reply<ProduceResponse> handle(ProduceRequest request, RequestContext context) {
        Production production = new Production(request, context, leaders);
        for (TopicProduceData topicData : request.topicData()) {
            HostedTopic topic =
                    context.apiVersion() >= TOPIC_IDS_FROM_VERSION
                            ? partitions.topic(topicData.topicId())
                            : partitions.topic(topicData.name());
            for (PartitionProduceData data : topicData.partitionData()) {
                produceOrRefuse(production, topic, data);
            }
        }
        return production.reply(clock);
    }

    /// A defect costs this partition's batch only: others of the request may be queued, and read
    /// from its frame until they are answered.
    private void produceOrRefuse(
            Production production, @Nullable HostedTopic topic, PartitionProduceData data) {
        int before = production.slots();
        try {
            produce(production, topic, data);
        } catch (RuntimeException defect) {
            LOGGER.error("a batch for partition {} was not taken", data.index(), defect);
            if (production.slots() == before) {
                production.refuse(of(ErrorCode.UNKNOWN_SERVER_ERROR));
            }
        }
    }

    private void produce(
            Production production, @Nullable HostedTopic topic, PartitionProduceData data) {
        if (topic == null) {
            production.refuse(
                    production.context().apiVersion() >= TOPIC_IDS_FROM_VERSION
                            ? UNKNOWN_TOPIC_ID
                            : UNKNOWN_TOPIC);
            return;
        }
        Partition partition = topic.partition(data.index());
        Rejection refusal = refusal(production.request(), topic, partition, data);
        if (refusal != null || partition == null) {
            production.refuse(refusal == null ? NOT_LEADER : refusal);
        } else if (data.records() instanceof ByteRecords(ByteBuffer records)) {
            append(production, topic.admission(), partition, records);
        } else {
            production.refuse(NO_RECORDS);
        }
    }

    /// What is known without a look at the records.
    private static @Nullable Rejection refusal(
            ProduceRequest request,
            HostedTopic topic,
            @Nullable Partition partition,
            PartitionProduceData data) {
        if (!topic.has(data.index())) {
            return UNKNOWN_TOPIC;
        }
        if (request.acks() < ACKS_LEAST || request.acks() > ACKS_MOST) {
            return INVALID_ACKS;
        }
        if (topic.internal()) {
            return INTERNAL_TOPIC;
        }
        return partition == null || partition.admits(ANY_EPOCH) != ErrorCode.NONE
                ? NOT_LEADER
                : null;
    }

    private void append(
            Production production, Admission admission, Partition partition, ByteBuffer records) {
        long wallMs = clock.wallMs();
        int version = production.context().apiVersion();
        boolean transactional = production.request().transactionalId() != null;
        switch (admission.header(records, version, transactional, wallMs)) {
            case Admission.Decided decided -> append(production, partition, decided);
            case Admission.Undecided undecided
                    when undecided.large()
                            || !production.decodesHere(undecided.batch().sizeBytes()) -> {
                Rejection crowded = partition.refuseIfCrowded(undecided.batch());
                if (crowded != null) {
                    production.refuse(crowded);
                    return;
                }
                Append append = Append.preparing(partition, production.all(), production);
                submit(production, partition, append);
                prepare(append, admission, undecided, wallMs);
            }
            case Admission.Undecided undecided ->
                    append(production, partition, admission.content(undecided, wallMs));
        }
    }

    private static void append(
            Production production, Partition partition, Admission.Decided decided) {
        boolean all = production.all();
        switch (decided) {
            case Admission.Admitted(RecordBatch batch) -> {
                Rejection crowded = partition.refuseIfCrowded(batch);
                if (crowded == null) {
                    submit(production, partition, Append.of(partition, batch, all, production));
                } else {
                    production.refuse(crowded);
                }
            }
            case Admission.Refused(Rejection refused)
                    when refused.namesRecords() && partition.crowded() == null ->
                    submit(
                            production,
                            partition,
                            Append.refused(partition, refused, all, production));
            case Admission.Refused(Rejection refused) -> production.refuse(refused);
        }
    }

    private static void submit(Production production, Partition partition, Append append) {
        production.take(append);
        partition.append(append);
    }

    /// Decodes on a worker. Whatever happens, the append must not keep its place for ever: those
    /// behind it wait.
    private void prepare(
            Append append, Admission admission, Admission.Undecided undecided, long wallMs) {
        Admission.Decided failed = new Admission.Refused(of(ErrorCode.UNKNOWN_SERVER_ERROR));
        try {
            workers.execute(() -> {
                Admission.Decided decided = failed;
                try {
                    decided = admission.content(undecided, wallMs);
                } finally {
                    append.prepared(decided);
                }
            });
        } catch (RejectedExecutionException stopping) {
            append.prepared(failed);
        }
    }

    private static Rejection of(ErrorCode error) {
        return new Rejection(error, error.message());
    }
}
