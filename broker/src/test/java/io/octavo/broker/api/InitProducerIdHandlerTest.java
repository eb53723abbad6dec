package io.octavo.broker.api;

import static io.octavo.broker.api.Replies.kept;
import static io.octavo.broker.api.Replies.now;
import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.cluster.TestCluster;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.InitProducerIdRequest;
import io.octavo.protocol.message.InitProducerIdResponse;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InitProducerIdHandlerTest {
    private static final int NEWEST = 5;
    private static final InitProducerIdRequest IDEMPOTENT =
            InitProducerIdRequest.defaults().withTransactionalId(null);

    private final TestCluster cluster = new TestCluster();
    private InitProducerIdHandler handler = new InitProducerIdHandler(cluster.producerIds());

    @Test
    void noIdIsEverGivenTwiceAlsoNotAfterARestart() {
        Set<Long> ids = new HashSet<>();
        for (int i = 0; i < 1_500; i++) {
            assertThat(ids.add(answer(IDEMPOTENT).producerId())).isTrue();
        }

        cluster.restart();
        handler = new InitProducerIdHandler(cluster.producerIds());

        InitProducerIdResponse fresh = answer(IDEMPOTENT);
        assertThat(ids).doesNotContain(fresh.producerId());
        assertThat(fresh.producerEpoch()).isZero();
        assertThat(fresh.errorCode()).isEqualTo(ErrorCode.NONE.code());
    }

    @Test
    void aTransactionalProducerIsToldToAskAgain() {
        InitProducerIdResponse answer = answer(IDEMPOTENT.withTransactionalId("tx"));

        assertThat(answer.errorCode()).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE.code());
        assertThat(answer.producerId()).isEqualTo(-1);
        assertThat(answer.producerEpoch()).isEqualTo((short) -1);
    }

    @Test
    void anEmptyTransactionalIdAndHalfAnIdentityAreInvalid() {
        assertThat(answer(IDEMPOTENT.withTransactionalId("")).errorCode())
                .isEqualTo(ErrorCode.INVALID_REQUEST.code());
        assertThat(answer(IDEMPOTENT.withProducerId(4)).errorCode())
                .isEqualTo(ErrorCode.INVALID_REQUEST.code());
        assertThat(answer(IDEMPOTENT.withProducerEpoch((short) 4)).errorCode())
                .isEqualTo(ErrorCode.INVALID_REQUEST.code());
    }

    @Test
    void aProducerThatHadAnIdGetsAnother() {
        InitProducerIdResponse first = answer(IDEMPOTENT);

        InitProducerIdResponse second =
                answer(IDEMPOTENT.withProducerId(first.producerId()).withProducerEpoch((short) 0));

        assertThat(second.errorCode()).isEqualTo(ErrorCode.NONE.code());
        assertThat(second.producerId()).isNotEqualTo(first.producerId());
    }

    @Test
    void theUnfinishedVersionIsNotServed() {
        assertThat(handler.served().max()).isEqualTo(NEWEST);
    }

    private InitProducerIdResponse answer(InitProducerIdRequest request) {
        Reply<InitProducerIdResponse> reply =
                handler.handle(request, new FakeRequestContext(NEWEST));
        if (reply instanceof Later<InitProducerIdResponse> later) {
            cluster.loop().run();
            return kept(later);
        }
        return now(reply);
    }
}
