package io.octavo.broker.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.ports.Afterwards;
import io.octavo.protocol.record.RecordBatch;
import org.junit.jupiter.api.Test;

class PartitionForceTest extends PartitionScene {
    @Test
    void acksAllWaitsForTheHighWatermark() {
        broker.forced("t");
        Append all = append(Batches.of("a"), true);
        Append leaderOnly = append(Batches.of("b"), false);
        assertThat(decided).containsExactly(leaderOnly);
        assertThat(all.decided()).isFalse();
        assertThat(all.released()).isTrue();

        broker.force();

        assertThat(decided).containsExactly(leaderOnly, all);
        assertThat(all.rejection()).isNull();
        assertThat(all.baseOffset()).isZero();
    }

    /// So that replies to one connection are one write.
    @Test
    void allThatAForceDecidesIsToldInOnePieceOfWork() {
        broker.forced("t");
        int[] behind = {0};
        Runnable count = () -> behind[0]++;
        for (int i = 0; i < 3; i++) {
            partition.append(
                    Append.of(
                            partition,
                            new RecordBatch(Batches.of("a")),
                            true,
                            append -> {
                                decided.add(append);
                                Afterwards.defer(count);
                            }));
        }

        broker.force();

        assertThat(decided).hasSize(3);
        assertThat(behind[0]).isOne();
    }

    @Test
    void whateverTheAcksARecordIsVisibleWhenItIsForced() {
        broker.forced("t");

        append(Batches.of("a"), false);
        assertThat(partition.highWatermark()).isZero();
        broker.force();

        assertThat(partition.highWatermark()).isOne();
    }

    @Test
    void whatAWatcherWaitsForIsForcedAtOnce() {
        forceFirst();

        append(Batches.of("b"), false);
        broker.force();
        assertThat(partition.highWatermark()).isOne();
        watch();
        broker.force();
        assertThat(partition.highWatermark()).isEqualTo(2);

        watch();
        append(Batches.of("c"), false);
        broker.force();
        assertThat(partition.highWatermark()).isEqualTo(3);
    }

    @Test
    void whatAWatcherWaitsForThatComesDuringAnAppendIsForcedAtOnce() {
        forceFirst();
        disk.beforeWrite(this::watch);

        append(Batches.of("b"), false);
        broker.force();

        assertThat(partition.highWatermark()).isEqualTo(2);
    }

    @Test
    void whatIsSentAgainByOneWhoWaitsIsForcedAtOnce() {
        forceFirst();
        append(Batches.from(5, 0, 0, "b"), false);

        Append again = append(Batches.from(5, 0, 0, "b"), true);
        broker.force();

        assertThat(decided).contains(again);
        assertThat(partition.highWatermark()).isEqualTo(2);
    }

    @Test
    void whoWaitsForAForceIsAnsweredWhenNoneIsNeededAnyMore() {
        broker.forced("t");
        Append waiting = append(Batches.of("a"), true);

        broker.configure("t", "durability", "os");

        assertThat(decided).containsExactly(waiting);
        assertThat(waiting.rejection()).isNull();
        assertThat(partition.highWatermark()).isOne();
    }

    @Test
    void whatIsVisibleStaysSoWhenForcesAreNeededFromNowOn() {
        append(Batches.of("a"));
        broker.forced("t");
        assertThat(partition.highWatermark()).isOne();

        append(Batches.of("b"), true);
        broker.force();

        assertThat(partition.highWatermark()).isEqualTo(2);
        assertThat(decided).hasSize(2);
    }

    /// Its answer was lost, and by now it means more.
    @Test
    void whatIsSentAgainWhenForcesAreNeededFromNowOnWaitsForOne() {
        append(Batches.from(5, 0, 0, "a"), true);
        assertThat(decided).hasSize(1);
        broker.forced("t");

        Append again = append(Batches.from(5, 0, 0, "a"), true);
        assertThat(again.decided()).isFalse();
        assertThat(partition.highWatermark()).isOne();
        broker.force();

        assertThat(decided).hasSize(2).contains(again);
        assertThat(again.rejection()).isNull();
        assertThat(again.baseOffset()).isZero();
    }

    @Test
    void aDuplicateOfABatchThatIsNotCommittedWaitsAsTheOriginalDoes() {
        broker.forced("t");
        Append original = append(Batches.from(5, 0, 0, "a", "b"), true);
        Append duplicate = append(Batches.from(5, 0, 0, "a", "b"), true);
        assertThat(decided).isEmpty();

        broker.force();

        assertThat(decided).containsExactly(original, duplicate);
        assertThat(duplicate.rejection()).isNull();
        assertThat(duplicate.baseOffset()).isEqualTo(original.baseOffset());
        assertThat(broker.log("t", 0).endOffset()).isEqualTo(2);
    }

    /// Has a first record forced: what nobody waits for waits for the next round.
    private void forceFirst() {
        broker.forced("t");
        append(Batches.of("a"), false);
        broker.force();
    }
}
