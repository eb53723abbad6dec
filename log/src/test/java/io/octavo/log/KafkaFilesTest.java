package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.ports.Randomness;
import io.octavo.protocol.record.Compression;
import io.octavo.protocol.record.RecordBatch;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.storage.internals.checkpoint.LeaderEpochCheckpointFile;
import org.apache.kafka.storage.internals.checkpoint.PartitionMetadataFile;
import org.apache.kafka.storage.internals.log.AbortedTxn;
import org.apache.kafka.storage.internals.log.BatchMetadata;
import org.apache.kafka.storage.internals.log.EpochEntry;
import org.apache.kafka.storage.internals.log.LogDirFailureChannel;
import org.apache.kafka.storage.internals.log.LogSegment;
import org.apache.kafka.storage.internals.log.ProducerStateEntry;
import org.apache.kafka.storage.internals.log.ProducerStateManager;
import org.apache.kafka.storage.internals.log.TransactionIndex;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The files that are Kafka's, beside what Apache Kafka's own classes write and read.
class KafkaFilesTest {
    private static final String BASE = "00000000000000000000";
    private static final int INTERVAL_BYTES = 300;

    @TempDir Path temp;
    private Disk disk;

    @BeforeEach
    void open() throws IOException {
        disk = new Disk(temp.resolve("data"));
    }

    @Test
    void aSegmentAndItsIndexesAreKafkasByteForByte() throws IOException {
        Path theirs = Files.createDirectory(temp.resolve("kafka"));
        LogSegment segment =
                LogSegment.open(theirs.toFile(), 0, kafkaConfig(), Time.SYSTEM, 0, false);
        Log log = disk.log(LogConfig.defaults().withIndexIntervalBytes(INTERVAL_BYTES));
        Randomness random = Randomness.seeded(5);
        for (int i = 0; i < 1000; i++) {
            RecordBatch batch =
                    Batches.at(
                            Compression.NONE,
                            Batches.TIME + random.nextInt(5000),
                            Batches.TIME + i * 4L);
            log.append(batch, 0);
            ByteBuffer copy = ByteBuffer.allocate(batch.sizeBytes()).put(batch.bytes()).flip();
            segment.append(batch.lastOffset(), MemoryRecords.readableRecords(copy));
        }

        log.close();
        segment.onBecomeInactiveSegment();
        segment.close();

        for (String suffix : List.of(".log", ".index", ".timeindex")) {
            assertThat(disk.file(BASE + suffix))
                    .as(suffix)
                    .hasSameBinaryContentAs(theirs.resolve(BASE + suffix));
        }
        assertThat(Files.size(disk.file(BASE + ".index"))).isGreaterThan(1000);
    }

    @Test
    void indexesAreTheSameWhenTheSegmentWasReopenedInBetween() throws IOException {
        Path once = temp.resolve("once");
        try (Disk other = new Disk(once)) {
            Log log = other.log(LogConfig.defaults().withIndexIntervalBytes(INTERVAL_BYTES));
            for (int i = 0; i < 300; i++) {
                log.append(Batches.of(3, 20, Batches.TIME + i), 0);
            }
        }
        LogConfig config = LogConfig.defaults().withIndexIntervalBytes(INTERVAL_BYTES);
        Log log = disk.log(config);
        for (int i = 0; i < 300; i++) {
            log.append(Batches.of(3, 20, Batches.TIME + i), 0);
            if (i % 37 == 0) {
                disk.restart();
                log = disk.log(config);
            }
        }

        disk.close();

        for (String suffix : List.of(".index", ".timeindex")) {
            assertThat(disk.file(BASE + suffix))
                    .as(suffix)
                    .hasSameBinaryContentAs(once.resolve(Disk.NAME).resolve(BASE + suffix));
        }
    }

    @Test
    void kafkaReadsWhatItKnowsOfASnapshot() throws IOException {
        Log log = disk.log();
        for (int i = 0; i < 7; i++) {
            log.append(Batches.from(11, 3, 2 * i, 2), 0);
        }
        log.append(Batches.inTransaction(12, 0, 0, 1), 0);
        log.append(Batches.inTransaction(13, 5, 0, 1), 0);
        log.append(Batches.marker(13, 5, true), 0);
        log.roll();
        log.close();

        File snapshot = new SegmentPaths(disk.root.resolve(Disk.NAME), 17).snapshot().toFile();
        List<ProducerStateEntry> read = ProducerStateManager.readSnapshot(snapshot);

        assertThat(read).extracting(ProducerStateEntry::producerId).containsExactly(11L, 12L, 13L);
        assertThat(read.get(0).producerEpoch()).isEqualTo((short) 3);
        assertThat(read.get(0).batchMetadata())
                .containsExactly(new BatchMetadata(13, 13, 1, Batches.TIME));
        assertThat(read.get(1).currentTxnFirstOffset()).hasValue(14);
        assertThat(read.get(2).currentTxnFirstOffset()).isEmpty();
        assertThat(read.get(2).coordinatorEpoch()).isEqualTo(7);
    }

    @Test
    void kafkaReadsWhichTransactionsWereAborted() throws IOException {
        Log log = disk.log();
        log.append(Batches.inTransaction(12, 0, 0, 1), 0);
        log.append(Batches.inTransaction(13, 0, 0, 1), 0);
        log.append(Batches.marker(13, 0, false), 0);
        log.append(Batches.marker(12, 0, false), 0);
        log.close();

        File index = disk.file(BASE + ".txnindex").toFile();

        try (TransactionIndex read = new TransactionIndex(0, index)) {
            assertThat(read.allAbortedTxns())
                    .containsExactly(new AbortedTxn(13, 1, 2, 0), new AbortedTxn(12, 0, 3, 4));
        }
    }

    @Test
    void kafkaReadsEpochsAndTheTopicsId() throws IOException {
        Log log = disk.log();
        log.append(Batches.of(4), 2);
        log.append(Batches.of(4), 7);
        log.close();
        LogDirFailureChannel failures = new LogDirFailureChannel(1);

        List<EpochEntry> epochs =
                new LeaderEpochCheckpointFile(
                                disk.file("leader-epoch-checkpoint").toFile(), failures)
                        .read();
        File metadata = disk.file(PartitionMetadata.FILE).toFile();

        assertThat(epochs).containsExactly(new EpochEntry(2, 0), new EpochEntry(7, 4));
        assertThat(new PartitionMetadataFile(metadata, failures).read().topicId().toString())
                .isEqualTo(Disk.TOPIC.toString());
    }

    private static org.apache.kafka.storage.internals.log.LogConfig kafkaConfig() {
        return new org.apache.kafka.storage.internals.log.LogConfig(
                Map.of("index.interval.bytes", INTERVAL_BYTES, "segment.index.bytes", 1 << 20));
    }
}
