package io.octavo.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.ports.ManualClock;
import io.octavo.protocol.api.ErrorCode;
import org.junit.jupiter.api.Test;

class GroupMemoryTest {
    private final GroupMemory memory = new GroupMemory(1_000, new ManualClock());
    private final GroupMemory.Share share = memory.share();
    private final GroupMemory.Share other = memory.share();

    @Test
    void newcomersAreLetInUpToTheLimitAndMembersMayComeToTwiceAsMuch() {
        assertThat(share.admit("g", 1_001, 1_001, true))
                .isEqualTo(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
        assertThat(memory.bytes()).isZero();
        assertThat(share.admit("g", 1_000, 1_000, true)).isEqualTo(ErrorCode.NONE);
        assertThat(other.admit("h", 1, 1, true)).isEqualTo(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
        assertThat(share.admit("g", 2_000, 2_000, false)).isEqualTo(ErrorCode.NONE);
        assertThat(share.admit("g", 2_001, 2_001, false))
                .isEqualTo(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
        assertThat(memory.bytes()).isEqualTo(2_000);
    }

    @Test
    void aGroupThatDoesNotGrowIsAlwaysLetBe() {
        share.is("g", 9_000);
        assertThat(share.admit("g", 9_000, 9_000, true)).isEqualTo(ErrorCode.NONE);
        assertThat(share.admit("g", 9_001, 9_001, false))
                .isEqualTo(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
        assertThat(share.of("g")).isEqualTo(9_000);
    }

    @Test
    void aGroupIsWhatItIsAtTheEndOfItsTurnWhateverItMightHaveBecome() {
        share.admit("g", 900, 900, true);
        share.is("g", 300);
        other.is("h", 500);
        assertThat(memory.bytes()).isEqualTo(800);
        share.is("g", 0);
        assertThat(memory.bytes()).isEqualTo(500);
    }

    @Test
    void aShardThatHasEndedTakesNothingWhateverIsStillSaidOfIt() {
        share.is("g", 300);
        other.is("g", 400);
        share.end();
        share.is("g", 300);

        assertThat(memory.bytes()).isEqualTo(400);
        assertThat(other.of("g")).isEqualTo(400);
    }

    @Test
    void historiesAreBoundedTogetherAndEachKeepsItsLast() {
        GroupMemory much = new GroupMemory(8 * 100_000, new ManualClock());
        GroupMemory.Share its = much.share();
        for (int group = 0; group < 50; group++) {
            History history = new History();
            for (int generation = 1; generation <= 100; generation++) {
                history.note(History.Cause.JOINED, "m".repeat(50), null);
                history.rebalanced(generation, generation);
                its.remembers("g" + group, history);
            }
            assertThat(history.rebalances().getLast().generation()).isEqualTo(100);
        }

        assertThat(much.historyBytes()).isBetween(90_000L, 110_000L);
        assertThat(much.bytes()).isZero();
        for (int group = 0; group < 50; group++) {
            its.gone("g" + group);
        }
        assertThat(much.historyBytes()).isZero();
    }

    @Test
    void aGroupThatIsTooLargeTakesNobodyHoweverMuchThereIs() {
        GroupMemory large = new GroupMemory(1L << 40, new ManualClock());
        GroupMemory.Share its = large.share();
        long most = GroupMemory.GROUP_BYTES_MAX;

        assertThat(its.admit("g", most, most, true)).isEqualTo(ErrorCode.NONE);
        assertThat(its.admit("g", most + 1, most + 1, true))
                .isEqualTo(ErrorCode.GROUP_MAX_SIZE_REACHED);
        assertThat(its.admit("g", most + 1, most + 1, false)).isEqualTo(ErrorCode.NONE);
        assertThat(its.admit("h", most, 2 * most, true)).isEqualTo(ErrorCode.NONE);
    }
}
