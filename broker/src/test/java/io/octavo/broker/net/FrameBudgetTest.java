package io.octavo.broker.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.ports.Randomness;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FrameBudgetTest {
    private final FrameBudget budget = new FrameBudget(100);
    private final List<String> woken = new ArrayList<>();

    @Test
    void memoryIsGivenWhileThereIsSome() {
        FrameBudget.Claim a = claim("a");

        assertThat(budget.take(a, 60)).isTrue();
        assertThat(budget.take(a, 40)).isTrue();
        assertThat(budget.contended()).isFalse();
    }

    @Test
    void whenItIsSpentTheFirstToNeedMoreGoesOnAndOthersWait() {
        FrameBudget.Claim holder = claim("holder");
        FrameBudget.Claim first = claim("first");
        FrameBudget.Claim second = claim("second");
        budget.take(holder, 100);

        assertThat(budget.take(first, 50)).isTrue();
        assertThat(budget.take(second, 50)).isFalse();
        assertThat(budget.take(first, 50)).isTrue();
        assertThat(budget.usedBytes()).isEqualTo(200);
    }

    @Test
    void whenItsFrameIsCompleteTheNextOldestGoesOn() {
        FrameBudget.Claim first = claim("first");
        FrameBudget.Claim second = claim("second");
        FrameBudget.Claim third = claim("third");
        budget.take(claim("holder"), 100);
        budget.take(first, 10);
        budget.take(second, 10);
        budget.take(third, 10);

        budget.leave(first);

        assertThat(woken).containsExactly("second");
        assertThat(budget.take(third, 10)).isFalse();
        assertThat(budget.take(second, 10)).isTrue();
    }

    @Test
    void ofThoseThatWaitTheOldestFrameComesFirst() {
        FrameBudget.Claim older = claim("older");
        FrameBudget.Claim younger = claim("younger");
        FrameBudget.Claim going = claim("going");
        budget.take(claim("holder"), 100);
        budget.take(going, 10);
        budget.take(younger, 10);
        budget.take(older, 10);

        budget.leave(going);

        assertThat(woken).containsExactly("older");
    }

    @Test
    void memoryThatComesBackWakesWhoeverWaits() {
        FrameBudget.Claim waiting = claim("waiting");
        budget.take(claim("holder"), 100);
        budget.take(claim("going"), 10);
        budget.take(waiting, 30);

        budget.give(60);

        assertThat(woken).containsExactly("waiting");
        assertThat(budget.take(waiting, 30)).isTrue();
    }

    @Test
    void aConnectionThatIsGoneWaitsNoMore() {
        FrameBudget.Claim gone = claim("gone");
        FrameBudget.Claim going = claim("going");
        budget.take(claim("holder"), 100);
        budget.take(going, 10);
        budget.take(gone, 10);

        budget.leave(gone);
        budget.leave(going);

        assertThat(woken).isEmpty();
        assertThat(budget.contended()).isFalse();
    }

    /// Connections receive frames of up to the whole budget, piece by piece, in any order; some
    /// give up. Whatever happens, no more than one goes beyond the limit, and all of them come to
    /// an end.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void everyFrameIsCompletedAndTheExcessIsOneFrame(long seed) {
        Randomness random = Randomness.seeded(seed);
        FrameBudget shared = new FrameBudget(1_000);
        List<Receiving> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            all.add(new Receiving(shared, 1 + random.nextInt(1_000)));
        }
        int steps = 0;
        while (all.stream().anyMatch(receiving -> !receiving.done)) {
            assertThat(++steps).as("steps, seed %d", seed).isLessThan(200_000);
            Receiving one = all.get(random.nextInt(all.size()));
            one.step(random);
            assertThat(shared.usedBytes()).as("seed %d", seed).isLessThanOrEqualTo(2_000);
        }
        assertThat(shared.usedBytes()).isZero();
        assertThat(shared.contended()).isFalse();
    }

    private FrameBudget.Claim claim(String name) {
        FrameBudget.Claim claim = new FrameBudget.Claim(() -> woken.add(name));
        claim.age = budget.nextAge();
        return claim;
    }

    private static final class Receiving {
        private final FrameBudget budget;
        private final FrameBudget.Claim claim;
        private final int frame;
        private int held;
        private boolean waiting;
        private boolean done;

        Receiving(FrameBudget budget, int frame) {
            this.budget = budget;
            this.frame = frame;
            claim = new FrameBudget.Claim(() -> waiting = false);
            claim.age = budget.nextAge();
        }

        void step(Randomness random) {
            if (done || waiting) {
                return;
            }
            if (held == frame || random.nextInt(50) == 0) {
                done = true;
                budget.leave(claim);
                budget.give(held);
                return;
            }
            int more = 1 + random.nextInt(frame - held);
            if (budget.take(claim, more)) {
                held += more;
            } else {
                waiting = true;
            }
        }
    }
}
