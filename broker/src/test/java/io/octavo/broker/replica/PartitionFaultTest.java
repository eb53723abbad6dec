package io.octavo.broker.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PartitionFaultTest extends PartitionScene {
    @Test
    void aFailedForceTakesEveryPartitionOfTheDirectoryOutOfService() {
        broker.create("other", 1, "durability", "fsync");
        broker.forced("t");
        Append waiting = append(Batches.of("a"), true);
        Append elsewhere =
                Append.of(
                        broker.partition("other", 0),
                        new RecordBatch(Batches.of("a")),
                        true,
                        decided::add);
        broker.partition("other", 0).append(elsewhere);
        disk.failForces("t-0");

        broker.force();
        broker.worker().run();

        assertThat(error(waiting)).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
        assertThat(error(elsewhere)).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
        assertThat(partition.highWatermark()).isZero();
        assertThat(broker.partition("other", 0).refusal()).isNotNull();
        assertThat(error(append(Batches.of("b")))).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
    }

    @Test
    void aFailedWriteTakesThePartitionOutOfServiceAndAnswersWhoWaits() {
        broker.forced("t");
        Append waiting = append(Batches.of("a"), true);
        watch();
        disk.failWrites("t-0");

        Append failed = append(Batches.of("b"));

        assertThat(error(failed)).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
        assertThat(error(waiting)).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
        assertThat(changes).isOne();
        assertThat(partition.log()).isNull();
        assertThat(partition.offline()).isTrue();
        assertThat(error(append(Batches.of("c")))).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
    }

    @Test
    void aFullDiskRefusesABatchAndThePartitionGoesOn() throws IOException {
        append(Batches.of("a"));
        disk.fill();
        Append refused = append(Batches.of("b"));
        assertThat(error(refused)).isEqualTo(ErrorCode.NOT_ENOUGH_REPLICAS);
        assertThat(String.valueOf(refused.rejection()))
                .contains(root.toString(), "the mark is 53687091");

        disk.mend();
        broker.checkpoint();

        assertThat(append(Batches.of("c")).baseOffset()).isOne();
    }

    @Test
    void belowTheMarkOfFreeSpaceNothingIsProducedUntilThereIsMore() throws IOException {
        append(Batches.from(5, 0, 0, "a"));
        disk.free((1 << 30) / 20 - 1);
        broker.checkpoint();

        Append refused = append(Batches.of("b"));
        assertThat(error(refused)).isEqualTo(ErrorCode.NOT_ENOUGH_REPLICAS);
        assertThat(String.valueOf(refused.rejection()))
                .contains(root.toString(), "53687090 bytes free", "the mark is 53687091");
        assertThat(append(Batches.from(5, 0, 0, "a")).rejection()).isNull();

        disk.free(1 << 29);
        broker.checkpoint();
        assertThat(append(Batches.of("c")).baseOffset()).isOne();
    }

    @Test
    void internalTopicsGoOnBelowTheMarkOfFreeSpace() throws IOException {
        broker.create("__internal", 1);
        partition = broker.partition("__internal", 0);
        disk.free(1 << 20);
        broker.checkpoint();

        assertThat(append(Batches.of("a")).rejection()).isNull();
    }

    @Test
    void theMarkOfFreeSpaceIsASetting() throws IOException {
        broker.close();
        broker = new TestBroker(root, disk, Map.of("octavo.disk.free.bytes.min", "1000"));
        broker.create("small", 1);
        partition = broker.partition("small", 0);

        disk.free(1000);
        broker.checkpoint();
        assertThat(append(Batches.of("a")).rejection()).isNull();
        assertThat(error(append(Batches.of("what was appended since counts"))))
                .isEqualTo(ErrorCode.NOT_ENOUGH_REPLICAS);
    }

    @Test
    void aLogThatCannotBeOpenedIsAStorageError() throws IOException {
        startUnreadable();

        Append early = append(Batches.of("b"));
        broker.worker().run();

        assertThat(error(early)).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
    }

    /// Each turn would be an attempt, and a line with a stack trace.
    @Test
    void aLogThatCannotBeOpenedIsLeftAloneForAWhile() throws IOException {
        startUnreadable();
        partition.log();
        broker.worker().run();
        int reads = disk.reads();
        assertThat(reads).isPositive();

        for (int i = 0; i < 10; i++) {
            assertThat(partition.log()).isNull();
            broker.worker().run();
        }
        assertThat(disk.reads()).isEqualTo(reads);
        assertThat(error(append(Batches.of("b")))).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);

        disk.mend();
        broker.worker().advanceMs(LazyLog.RETRY_MS_MIN);
        partition.log();
        broker.worker().run();
        assertThat(append(Batches.of("b")).baseOffset()).isOne();
    }

    @Test
    void whatIsBeingPreparedForALogThatCannotBeOpenedIsRefusedHoweverLongItTakes()
            throws IOException {
        startUnreadable();
        Append slow = Append.preparing(partition, false, decided::add);
        partition.append(slow);
        broker.worker().run();
        broker.worker().advanceMs(LazyLog.RETRY_MS_MIN);

        slow.prepared(new Admission.Admitted(new RecordBatch(Batches.of("b"))));

        assertThat(error(slow)).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
    }

    /// The next run finds a log that it cannot read.
    private void startUnreadable() throws IOException {
        append(Batches.of("a"));
        var topic = broker.known("t");
        broker.close();
        broker = new TestBroker(root, disk, Map.of());
        broker.restore(topic);
        partition = broker.partition("t", 0);
        disk.failReads("t-0");
    }
}
