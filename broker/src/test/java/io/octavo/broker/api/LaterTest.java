package io.octavo.broker.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.protocol.message.FetchResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LaterTest {
    private final Later<FetchResponse> later = new Later<>();
    private final FetchResponse response = FetchResponse.defaults();
    private final List<Object> told = new ArrayList<>();

    @Test
    void whoeverWaitsIsToldWhenItIsSettled() {
        later.onSettled(told::add);

        assertThat(later.complete(response)).isTrue();

        assertThat(told).containsExactly(new Reply.Now<>(response));
    }

    @Test
    void whoeverComesLateIsToldAtOnce() {
        later.complete(response);

        later.onSettled(told::add);

        assertThat(told).containsExactly(new Reply.Now<>(response));
    }

    @Test
    void onlyTheFirstSettlementIsTaken() {
        later.onSettled(told::add);
        later.settle(new Reply.None<>());

        assertThat(later.complete(response)).isFalse();

        assertThat(told).containsExactly(new Reply.None<>());
    }

    @Test
    void anAbandonedReplyIsForgottenOnce() {
        later.onAbandoned(() -> told.add("abandoned"));

        later.abandon();
        later.abandon();

        assertThat(told).containsExactly("abandoned");
    }

    @Test
    void aReplyThatIsAbandonedAlreadyIsForgottenAtOnce() {
        later.abandon();

        later.onAbandoned(() -> told.add("abandoned"));

        assertThat(told).containsExactly("abandoned");
    }

    @Test
    void aSettledReplyIsNotAbandoned() {
        later.onAbandoned(() -> told.add("abandoned"));
        later.complete(response);

        later.abandon();
        later.onAbandoned(() -> told.add("abandoned"));

        assertThat(told).isEmpty();
    }

    @Test
    void anAbandonedReplyMayStillBeSettled() {
        later.onSettled(told::add);
        later.abandon();

        assertThat(later.complete(response)).isTrue();

        assertThat(told).hasSize(1);
    }
}
