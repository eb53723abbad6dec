package io.octavo.broker.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.protocol.api.Api;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.api.VersionRange;
import io.octavo.protocol.message.ApiVersionsRequest;
import io.octavo.protocol.message.ApiVersionsResponse;
import io.octavo.protocol.message.ApiVersionsResponse.ApiVersion;
import io.octavo.protocol.message.ApiVersionsResponse.FinalizedFeatureKey;
import io.octavo.protocol.message.ApiVersionsResponse.SupportedFeatureKey;
import io.octavo.protocol.message.ConsumerGroupHeartbeatRequest;
import io.octavo.protocol.message.InitProducerIdRequest;
import io.octavo.protocol.message.ProduceRequest;
import io.octavo.protocol.wire.Request;
import io.octavo.protocol.wire.Response;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ApiVersionsHandlerTest {
    private static final VersionRange FROM_ZERO = new VersionRange(0, 13);

    private final Handler<?, ?> produce = new Unasked<>(ProduceRequest.API, FROM_ZERO);
    private final Handler<?, ?> unfinished =
            new Unasked<>(InitProducerIdRequest.API, new VersionRange(0, 5));
    private final ApiTable table = new ApiTable(List.of(unfinished, produce));

    @Test
    void theAnswerIsMadeFromTheHandlers() {
        assertThat(ask(0, ApiVersionsRequest.defaults()).apiKeys())
                .containsExactly(entry(0, 0, 13), entry(18, 0, 4), entry(22, 0, 5));
    }

    @Test
    void consumerGroupsAreAFeatureWhereTheyAreServed() {
        List<Handler<?, ?>> groups =
                List.of(new Unasked<>(ConsumerGroupHeartbeatRequest.API, new VersionRange(0, 1)));
        ApiVersionsRequest request = new ApiVersionsRequest("a", "1");
        ApiVersionsResponse three = ask(groups, new FakeRequestContext(3), request);
        ApiVersionsResponse four = ask(groups, new FakeRequestContext(4), request);

        assertThat(three.finalizedFeatures())
                .containsExactly(new FinalizedFeatureKey("group.version", (short) 1, (short) 1));
        assertThat(three.supportedFeatures()).isEmpty();
        assertThat(four.supportedFeatures())
                .containsExactly(new SupportedFeatureKey("group.version", (short) 0, (short) 1));
        assertThat(ask(4, request).finalizedFeatures()).isEmpty();
    }

    @Test
    void whatIsAdvertisedIsNotAlwaysServed() {
        assertThat(table.serves(0, 2)).isFalse();
        assertThat(table.serves(0, 3)).isTrue();
        assertThat(table.serves(0, 14)).isFalse();
    }

    @Test
    void aVersionThatKafkaHasNotFinishedIsNotServed() {
        assertThat(table.serves(22, 5)).isTrue();
        assertThat(table.serves(22, 6)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Short.MIN_VALUE, 1, 19, Short.MAX_VALUE})
    void anyNumberMayBeAskedFor(int key) {
        assertThat(table.handler(key)).isNull();
        assertThat(table.serves(key, 0)).isFalse();
    }

    @Test
    void twoHandlersOfOneApiAreRefused() {
        assertThatThrownBy(() -> new ApiTable(List.of(produce, produce)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Produce");
    }

    @Test
    void aClientsSoftwareIsNoted() {
        FakeRequestContext context = new FakeRequestContext(3);

        ask(context, new ApiVersionsRequest("apache-kafka-java", "4.3.0"));

        assertThat(context.clientSoftware())
                .isEqualTo(new ClientSoftware("apache-kafka-java", "4.3.0"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-a", "a-", ".", "a b", "a\nb", "ä"})
    void aNameThatIsNoneIsAnInvalidRequest(String name) {
        FakeRequestContext context = new FakeRequestContext(4);

        ApiVersionsResponse answer = ask(context, new ApiVersionsRequest(name, "1"));

        assertThat(answer.errorCode()).isEqualTo(ErrorCode.INVALID_REQUEST.code());
        assertThat(answer.apiKeys()).isEmpty();
        assertThat(context.clientSoftware()).isEqualTo(ClientSoftware.UNKNOWN);
    }

    private ApiVersionsResponse ask(int version, ApiVersionsRequest request) {
        return ask(new FakeRequestContext(version), request);
    }

    private ApiVersionsResponse ask(FakeRequestContext context, ApiVersionsRequest request) {
        return ask(List.of(unfinished, produce), context, request);
    }

    private static ApiVersionsResponse ask(
            List<Handler<?, ?>> handlers, FakeRequestContext context, ApiVersionsRequest request) {
        ApiVersionsHandler handler = new ApiVersionsHandler(handlers);
        return ((Reply.Now<ApiVersionsResponse>) handler.handle(request, context)).response();
    }

    private static ApiVersion entry(int key, int min, int max) {
        return new ApiVersion((short) key, (short) min, (short) max);
    }

    private record Unasked<Q extends Request, R extends Response>(
            Api<Q, R> api, VersionRange advertised) implements Handler<Q, R> {
        @Override
        public Reply<R> handle(Q request, RequestContext context) {
            throw new AssertionError("not asked");
        }
    }
}
