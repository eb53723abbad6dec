package io.octavo.system.churn;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.system.churn.Event.Assigned;
import io.octavo.system.churn.Event.Committed;
import io.octavo.system.churn.Event.Consumed;
import io.octavo.system.churn.Event.Described;
import io.octavo.system.churn.Event.Disturbed;
import io.octavo.system.churn.Event.Flow;
import io.octavo.system.churn.Event.GivenUp;
import io.octavo.system.churn.Event.Life;
import io.octavo.system.churn.Event.Lives;
import io.octavo.system.churn.Event.Who;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// What the checks of the churn test let pass and what they do not.
final class LedgerTest {
    private static final String GROUP = "g";
    private static final Who ONE = new Who(GROUP, "one");
    private static final Who OTHER = new Who(GROUP, "other");

    private final Ledger ledger = new Ledger();

    @Test
    void aPartitionMayGoFromOneToAnother() {
        ledger.add(new Assigned(at(1), ONE, 1, Set.of(0, 1)));
        ledger.add(new GivenUp(at(2), ONE, Set.of(1)));
        ledger.add(new Assigned(at(3), OTHER, 2, Set.of(1)));
        ledger.add(new Lives(at(4), ONE, Life.ENDED));
        ledger.add(new Assigned(at(5), OTHER, 3, Set.of(0, 1)));
        ledger.add(new Described(at(6), GROUP, "Consumer", List.of(Set.of(0, 1), Set.of())));

        assertThat(settled()).isEmpty();
    }

    @Test
    void twoInOneEpochAreNoticedThoughNotAtOneTime() {
        ledger.add(new Assigned(at(1), ONE, 1, Set.of(0)));
        ledger.add(new GivenUp(at(2), ONE, Set.of(0)));
        ledger.add(new Assigned(at(3), OTHER, 1, Set.of(0)));

        assertThat(settled()).hasSize(1).first().asString().contains("in epoch 1 of g partition 0");
    }

    @Test
    void twoAtOneTimeAreNoticedThoughNotInOneEpoch() {
        ledger.add(new Assigned(at(1), ONE, 1, Set.of(0)));
        ledger.add(new Assigned(at(3), OTHER, 2, Set.of(0)));

        assertThat(settled()).hasSize(1).first().asString().contains("other was given [0]");
    }

    @Test
    void whoWasPausedForASessionMayNotKnowYet() {
        ledger.add(new Assigned(at(1), ONE, 1, Set.of(0)));
        ledger.add(new Lives(at(2), ONE, Life.PAUSED));
        ledger.add(new Lives(at(10), ONE, Life.RUNS));
        ledger.add(new Assigned(at(10.1), OTHER, 2, Set.of(0)));
        ledger.add(new GivenUp(at(10.2), ONE, Set.of(0)));

        assertThat(settled()).isEmpty();
    }

    @Test
    void whoWasPausedForASessionMayBeGivenWhatWasItsBefore() {
        ledger.add(new Lives(at(1), OTHER, Life.PAUSED));
        ledger.add(new Assigned(at(9), ONE, 2, Set.of(0)));
        ledger.add(new Lives(at(10), OTHER, Life.RUNS));
        ledger.add(new Assigned(at(10.1), OTHER, 1, Set.of(0)));
        assertThat(settled()).isEmpty();

        ledger.add(new Assigned(at(10.2), OTHER, 3, Set.of(0)));
        assertThat(settled()).hasSize(1).first().asString().contains("other was given [0]");
    }

    @Test
    void whoWasPausedForLessKnows() {
        ledger.add(new Assigned(at(1), ONE, 1, Set.of(0)));
        ledger.add(new Lives(at(2), ONE, Life.PAUSED));
        ledger.add(new Lives(at(5), ONE, Life.RUNS));
        ledger.add(new Assigned(at(6), OTHER, 2, Set.of(0)));

        assertThat(settled()).hasSize(1);
    }

    @Test
    void aDescriptionWithTwoOwnersIsNoticed() {
        ledger.add(new Described(at(1), GROUP, "Classic", List.of(Set.of(0, 1), Set.of(1))));

        assertThat(settled()).hasSize(1).first().asString().contains("partition 1 twice");
    }

    @Test
    void offsetsThatGoBackOrAreForgottenOrAheadAreNoticed() {
        ledger.add(new Consumed(at(1), ONE, 0, 0, 10));
        ledger.add(new Committed(at(2), GROUP, Map.of(0, 10L)));
        ledger.add(new Committed(at(3), GROUP, Map.of(0, 9L)));
        ledger.add(new Committed(at(4), GROUP, Map.of()));
        ledger.add(new Committed(at(5), GROUP, Map.of(0, 11L)));
        ledger.add(new Consumed(at(6), ONE, 0, 10, 11));

        List<String> violations = settled();

        assertThat(violations).hasSize(3);
        assertThat(violations.get(0)).contains("went back from 10 to 9");
        assertThat(violations.get(1)).contains("is forgotten");
        assertThat(violations.get(2)).contains("is 11, and only 10 records");
    }

    @Test
    void whoStartsBeforeWhatWasCommittedIsNoticed() {
        ledger.add(new Consumed(at(1), ONE, 0, 0, 10));
        ledger.add(new Committed(at(2), GROUP, Map.of(0, 10L)));
        ledger.add(new Assigned(at(3), OTHER, 2, Set.of(0)));
        ledger.add(new Consumed(at(4), OTHER, 0, 0, 10));

        assertThat(settled()).hasSize(1).first().asString().contains("began with offset 0");
    }

    @Test
    void aMemberIsStuckWhenItsTimeIsOver() {
        ledger.add(new Lives(at(0), ONE, Life.RUNS));
        ledger.add(new Consumed(at(1), ONE, 0, 0, 10));
        ledger.add(new Disturbed(at(2), GROUP));
        ledger.add(new Committed(at(12.9), GROUP, Map.of(0, 10L)));
        assertThat(settled()).isEmpty();

        ledger.add(new Committed(at(13.1), GROUP, Map.of(0, 10L)));

        assertThat(settled())
                .hasSize(1)
                .first()
                .asString()
                .contains("one in g has processed nothing");
        assertThat(ledger.progress().longestMs()).isEqualTo(11_100);
    }

    @Test
    void disturbancesDoNotHideForeverThatAMemberIsStuck() {
        ledger.add(new Lives(at(0), ONE, Life.RUNS));
        for (int second = 1; second <= 31; second++) {
            ledger.add(new Disturbed(at(second), GROUP));
        }

        assertThat(settled()).hasSize(1);
    }

    @Test
    void nobodyIsStuckWhileHeIsPausedOrNothingComes() {
        ledger.add(new Lives(at(0), ONE, Life.RUNS));
        ledger.add(new Lives(at(0), OTHER, Life.RUNS));
        ledger.add(new Consumed(at(1), ONE, 0, 0, 10));
        ledger.add(new Lives(at(1), OTHER, Life.PAUSED));
        ledger.add(new Flow(at(2), false));
        ledger.add(new Flow(at(60), true));
        ledger.add(new Committed(at(70.9), GROUP, Map.of(0, 10L)));

        assertThat(settled()).isEmpty();
    }

    private List<String> settled() {
        ledger.settle(Long.MAX_VALUE);
        return ledger.violations();
    }

    private static long at(double seconds) {
        return (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    }
}
