package io.octavo.broker.api;

import io.octavo.broker.cluster.ProducerIds;
import io.octavo.broker.cluster.Verdict;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.api.VersionRange;
import io.octavo.protocol.message.InitProducerIdRequest;
import io.octavo.protocol.message.InitProducerIdResponse;
import io.octavo.protocol.record.RecordBatch;

/// InitProducerId: gives an idempotent producer an id that no other has ever had (KIP-98). A
/// transactional id needs a transaction coordinator, and is told that there is none.
public final class InitProducerIdHandler
        implements Handler<InitProducerIdRequest, InitProducerIdResponse> {
    private static final short FIRST_EPOCH = 0;

    private final ProducerIds producerIds;

    public InitProducerIdHandler(ProducerIds producerIds) {
        this.producerIds = producerIds;
    }

    @Override
    public Api<InitProducerIdRequest, InitProducerIdResponse> api() {
        return InitProducerIdRequest.API;
    }

    /// Without the version that Kafka has not finished (KIP-939).
    @Override
    public VersionRange served() {
        VersionRange all = api().versions();
        return api().latestUnstable() ? new VersionRange(all.min(), all.max() - 1) : all;
    }

    @Override
    public Reply<InitProducerIdResponse> handle(
            InitProducerIdRequest request, RequestContext context) {
        String transactionalId = request.transactionalId();
        boolean hasId = request.producerId() != RecordBatch.NO_PRODUCER_ID;
        boolean hasEpoch = request.producerEpoch() != RecordBatch.NO_PRODUCER_EPOCH;
        if (hasId != hasEpoch || (transactionalId != null && transactionalId.isEmpty())) {
            return new Reply.Now<>(refused(ErrorCode.INVALID_REQUEST));
        }
        if (transactionalId != null) {
            return new Reply.Now<>(refused(ErrorCode.COORDINATOR_NOT_AVAILABLE));
        }
        Later<InitProducerIdResponse> later = new Later<>();
        producerIds
                .next()
                .whenComplete((verdict, failure) ->
                        later.complete(
                                failure == null
                                        ? answer(verdict)
                                        : refused(ErrorCode.UNKNOWN_SERVER_ERROR)));
        return later;
    }

    /// Every client tries again on the error that Kafka gives while it has no ids at hand.
    private static InitProducerIdResponse answer(Verdict<Long> verdict) {
        return switch (verdict) {
            case Verdict.Done<Long>(Long id) ->
                    new InitProducerIdResponse(
                            0,
                            ErrorCode.NONE.code(),
                            id,
                            FIRST_EPOCH,
                            RecordBatch.NO_PRODUCER_ID,
                            RecordBatch.NO_PRODUCER_EPOCH);
            case Verdict.Refused<Long> _ -> refused(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
        };
    }

    private static InitProducerIdResponse refused(ErrorCode error) {
        return new InitProducerIdResponse(
                0,
                error.code(),
                RecordBatch.NO_PRODUCER_ID,
                RecordBatch.NO_PRODUCER_EPOCH,
                RecordBatch.NO_PRODUCER_ID,
                RecordBatch.NO_PRODUCER_EPOCH);
    }
}
