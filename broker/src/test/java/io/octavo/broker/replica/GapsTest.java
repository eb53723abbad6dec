package io.octavo.broker.replica;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GapsTest {
    private final Gaps gaps = new Gaps();

    @Test
    void whoHasOneIsKnownUntilItIsClosed() {
        gaps.add(7);
        assertThat(gaps.mayHave(7)).isTrue();
        assertThat(gaps.mayHave(8)).isFalse();

        gaps.close(7);

        assertThat(gaps.mayHave(7)).isFalse();
    }

    @Test
    void whereThereAreTooManyAnyMayHaveOne() {
        for (long producer = 0; producer < Gaps.PRODUCERS_MAX; producer++) {
            gaps.add(producer);
        }
        assertThat(gaps.mayHave(-5)).isFalse();

        gaps.add(Gaps.PRODUCERS_MAX);

        assertThat(gaps.mayHave(-5)).isTrue();
    }

    @Test
    void theyAreForgottenWhenNoneWasAddedForSomeTime() {
        for (long producer = 0; producer <= Gaps.PRODUCERS_MAX; producer++) {
            gaps.add(producer);
        }
        gaps.expire(1);
        gaps.expire(Gaps.LAST_NANOS);
        assertThat(gaps.mayHave(0)).isTrue();
        gaps.add(0);
        gaps.expire(Gaps.LAST_NANOS + 1);
        assertThat(gaps.mayHave(-5)).isTrue();

        gaps.expire(2 * Gaps.LAST_NANOS + 1);

        assertThat(gaps.mayHave(0)).isFalse();
        assertThat(gaps.mayHave(-5)).isFalse();
    }
}
