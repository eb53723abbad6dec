package io.octavo.broker.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UnsentBudgetTest {
    private static final int MIB = 1 << 20;

    private final UnsentBudget budget = new UnsentBudget();

    @Test
    void aLargeReplyHasToFitBesideOthersThatAreNotTaken() {
        budget.unsent(100 * MIB);

        assertThat(budget.mayTake(28 * MIB)).isTrue();
        assertThat(budget.mayTake(29 * MIB)).isFalse();
        assertThat(budget.mayTake(1_000)).isTrue();
    }

    @Test
    void smallRepliesRefuseNone() {
        budget.lingers(200 * MIB);

        assertThat(budget.contended()).isTrue();
        assertThat(budget.mayTake(100 * MIB)).isTrue();
    }

    @Test
    void whereAllIsTakenAnyReplyMayBeSent() {
        budget.unsent(100 * MIB);
        budget.sent(100 * MIB);

        assertThat(budget.mayTake(1_000 * MIB)).isTrue();
    }
}
