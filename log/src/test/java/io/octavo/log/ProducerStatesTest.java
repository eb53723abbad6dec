package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.protocol.record.EndMarker;
import io.octavo.protocol.record.RecordBatch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ProducerStatesTest {
    private static final long DAY_NANOS = 86_400_000_000_000L;

    private final ProducerShare share = new ProducerShare();
    private final ProducerStates states = new ProducerStates(LogConfig.defaults(), share);
    private long endOffset;
    private long nowNanos = 1;

    @Test
    void aProducerThatIsNotKnownMayBeginAnywhere() {
        assertThat(states.check(Batches.from(1, 0, 4711, 3))).isEqualTo(accepted());
    }

    @Test
    void theNextSequenceIsAccepted() {
        append(Batches.from(1, 0, 0, 3));

        assertThat(states.check(Batches.from(1, 0, 3, 2))).isEqualTo(accepted());
    }

    @Test
    void aGapIsOutOfOrder() {
        append(Batches.from(1, 0, 0, 3));

        assertThat(states.check(Batches.from(1, 0, 4, 2)))
                .isEqualTo(new ProducerCheck.OutOfOrder(2, 4));
    }

    @Test
    void zeroFollowsTheLargestSequence() {
        append(Batches.from(1, 0, Integer.MAX_VALUE - 2, 3));

        assertThat(states.check(Batches.from(1, 0, 0, 1))).isEqualTo(accepted());
        assertThat(states.check(Batches.from(1, 0, 1, 1)))
                .isInstanceOf(ProducerCheck.OutOfOrder.class);
    }

    @Test
    void aBatchThatWrapsIsKnownAgain() {
        append(Batches.from(1, 0, Integer.MAX_VALUE - 1, 4));

        assertThat(states.check(Batches.from(1, 0, Integer.MAX_VALUE - 1, 4)))
                .isEqualTo(new ProducerCheck.Duplicate(0, 3, Batches.TIME));
        assertThat(states.check(Batches.from(1, 0, 2, 1))).isEqualTo(accepted());
    }

    @Test
    void theLastFiveBatchesAreKnownAgainAndNoOlderOne() {
        for (int i = 0; i < 6; i++) {
            append(Batches.from(1, 0, 2 * i, 2));
        }

        assertThat(states.check(Batches.from(1, 0, 0, 2)))
                .isInstanceOf(ProducerCheck.OutOfOrder.class);
        for (int i = 1; i < 6; i++) {
            assertThat(states.check(Batches.from(1, 0, 2 * i, 2)))
                    .isEqualTo(new ProducerCheck.Duplicate(2L * i, 2L * i + 1, Batches.TIME));
        }
    }

    @Test
    void aNewEpochBeginsAtZeroAndFencesTheOld() {
        append(Batches.from(1, 4, 0, 3));

        assertThat(states.check(Batches.from(1, 5, 3, 1)))
                .isEqualTo(new ProducerCheck.OutOfOrder(-1, 3));
        assertThat(states.check(Batches.from(1, 5, 0, 1))).isEqualTo(accepted());
        append(Batches.from(1, 5, 0, 1));
        assertThat(states.check(Batches.from(1, 4, 3, 1)))
                .isEqualTo(new ProducerCheck.Fenced((short) 5));
    }

    @Test
    void aMarkerOfANewEpochFencesAndBeginsAnew() {
        append(Batches.inTransaction(1, 0, 0, 3));
        append(Batches.marker(1, 1, false));

        assertThat(states.check(Batches.inTransaction(1, 0, 3, 1)))
                .isInstanceOf(ProducerCheck.Fenced.class);
        assertThat(states.check(Batches.inTransaction(1, 1, 0, 1))).isEqualTo(accepted());
    }

    @Test
    void onlyTransactionalBatchesGoIntoAnOpenTransaction() {
        append(Batches.inTransaction(1, 0, 0, 3));

        assertThat(states.check(Batches.from(1, 0, 3, 1)))
                .isEqualTo(new ProducerCheck.TransactionOpen(0));
        assertThat(states.check(Batches.inTransaction(1, 0, 3, 1))).isEqualTo(accepted());
    }

    @Test
    void theFirstUnstableOffsetIsTheOldestTransactionNotDecidedBelowTheHighWatermark() {
        assertThat(states.firstUnstableOffset(0)).isEqualTo(Long.MAX_VALUE);
        append(Batches.inTransaction(1, 0, 0, 3));
        append(Batches.inTransaction(2, 0, 0, 3));
        append(Batches.marker(1, 0, true));
        append(Batches.marker(2, 0, true));

        assertThat(states.firstUnstableOffset(6)).isEqualTo(0);
        assertThat(states.firstUnstableOffset(7)).isEqualTo(3);
        assertThat(states.firstUnstableOffset(8)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void idleProducersAreForgottenUnlessTheyHaveATransactionOpen() {
        append(Batches.from(1, 0, 0, 1));
        append(Batches.inTransaction(2, 0, 0, 1));
        nowNanos += DAY_NANOS / 2;
        append(Batches.from(3, 0, 0, 1));

        states.expire(1 + DAY_NANOS);

        assertThat(ids()).containsExactly(2L, 3L);
    }

    @Test
    void thousandsOfProducersAreFoundAndForgotten() {
        for (long id = 0; id < 5000; id++) {
            append(Batches.from(id * 1000, 0, 0, 1));
        }
        for (long id = 0; id < 5000; id += 2) {
            nowNanos++;
            append(Batches.from(id * 1000, 0, 1, 1));
        }
        states.expire(1 + DAY_NANOS);

        assertThat(states.count()).isEqualTo(2500);
        for (long id = 0; id < 5000; id++) {
            ProducerCheck check = states.check(Batches.from(id * 1000, 0, 77, 1));
            boolean known = check instanceof ProducerCheck.OutOfOrder;
            assertThat(known).isEqualTo(id % 2 == 0);
        }
    }

    @Test
    void aSnapshotBringsEverythingBackAndTheTimeThatPassed() {
        for (int i = 0; i < 7; i++) {
            append(Batches.from(1, 0, 2 * i, 2));
        }
        append(Batches.inTransaction(2, 3, 0, 1));
        append(Batches.inTransaction(3, 0, 0, 1));
        append(Batches.marker(3, 0, true));
        ByteBuffer bytes = ProducerSnapshot.encode(states, List.of(), nowNanos + DAY_NANOS / 2);

        ProducerStates restored = new ProducerStates(LogConfig.defaults(), share);
        Objects.requireNonNull(ProducerSnapshot.decode(bytes, 0))
                .producers()
                .forEach(restored::restore);

        assertThat(texts(restored)).isEqualTo(texts(states));
        assertThat(restored.firstUnstableOffset(0)).isEqualTo(14);
        restored.expire(DAY_NANOS / 2 - 1);
        assertThat(restored.count()).isEqualTo(3);
        restored.expire(DAY_NANOS / 2);
        assertThat(restored.count()).isEqualTo(1);
    }

    @Test
    void aSnapshotThatIsCutOrChangedAnywhereIsAbsent() {
        for (int i = 0; i < 7; i++) {
            append(Batches.from(1, 0, 2 * i, 2));
        }
        append(Batches.inTransaction(2, 0, 0, 1));
        ByteBuffer bytes = ProducerSnapshot.encode(states, List.of(), nowNanos);

        for (int size = 0; size < bytes.limit(); size++) {
            assertThat(ProducerSnapshot.decode(bytes.slice(0, size), 0)).as("%d", size).isNull();
        }
        for (int at = 0; at < bytes.limit(); at++) {
            ByteBuffer changed = ByteBuffer.allocate(bytes.limit()).put(bytes.duplicate()).flip();
            changed.put(at, (byte) (changed.get(at) ^ 1));
            assertThat(ProducerSnapshot.decode(changed, 0)).as("%d", at).isNull();
        }
    }

    private void append(RecordBatch batch) {
        batch.stamp(endOffset, 0);
        endOffset = batch.nextOffset();
        var _ = states.update(batch, batch.isControl() ? EndMarker.read(batch) : null, nowNanos);
    }

    private List<Long> ids() {
        List<Long> ids = new ArrayList<>();
        states.all().forEach(state -> ids.add(state.id));
        return ids;
    }

    private static List<String> texts(ProducerStates states) {
        List<String> texts = new ArrayList<>();
        states.all().forEach(state -> texts.add(state.toString()));
        return texts;
    }

    private static ProducerCheck accepted() {
        return ProducerCheck.Accepted.ACCEPTED;
    }
}
