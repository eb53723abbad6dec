package io.octavo.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.group.History.Cause;
import io.octavo.broker.group.History.Rebalance;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private final History history = new History();

    @Test
    void aRebalanceHasItsCauses() {
        history.note(Cause.JOINED, "a", "started");
        history.note(Cause.TIMED_OUT, "b", null);
        history.rebalanced(5, 2);
        history.rebalanced(6, 3);

        assertThat(history.rebalances())
                .containsExactly(
                        new Rebalance(5, 2, "a joined (started), b timed out"),
                        new Rebalance(6, 3, ""));
    }

    @Test
    void onlyTheLastAreKept() {
        for (int generation = 1; generation <= 250; generation++) {
            history.rebalanced(generation, generation);
        }

        assertThat(history.rebalances()).hasSize(100);
        assertThat(history.rebalances().getFirst().generation()).isEqualTo(151);
        assertThat(history.rebalances().getLast().generation()).isEqualTo(250);
    }

    @Test
    void ofWhatTakesTooMuchTheOldestIsForgottenButTheLastIsKept() {
        for (int generation = 1; generation <= 10; generation++) {
            history.note(Cause.JOINED, "m".repeat(100), null);
            history.rebalanced(generation, generation);
        }
        long all = history.bytes();
        assertThat(all).isGreaterThan(10 * 100);

        history.shrink(all / 2);
        assertThat(history.rebalances())
                .extracting(Rebalance::generation)
                .containsExactly(6, 7, 8, 9, 10);
        assertThat(history.bytes()).isEqualTo(all / 2);

        history.shrink(0);
        assertThat(history.rebalances()).extracting(Rebalance::generation).containsExactly(10);
    }

    @Test
    void theTextIsBoundedAndSaysWhatItLeavesOut() {
        for (int i = 0; i < 1_000; i++) {
            history.note(Cause.LEFT, "member-" + i, "r".repeat(10_000));
        }
        history.rebalanced(1, 1);
        history.note(Cause.LEFT, "m".repeat(10_000), null);
        history.rebalanced(2, 2);

        assertThat(history.rebalances().getFirst().causes())
                .contains("member-0 left (rrr")
                .endsWith("more")
                .hasSizeLessThan(300);
        assertThat(history.rebalances().getLast().causes()).hasSizeLessThan(300);
    }
}
