package io.octavo.broker.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.cluster.Topic;
import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepTest {
    private static final long HOUR_MS = 3_600_000;
    private static final String[] HOURLY = {"retention.ms", "3600000"};

    @TempDir Path root;

    private final FailingFiles disk = new FailingFiles();
    private TestBroker broker;

    @BeforeEach
    void open() throws IOException {
        broker = new TestBroker(root, disk, Map.of());
    }

    @AfterEach
    void close() throws IOException {
        broker.close();
    }

    @Test
    void recordsOlderThanRetentionMsGo() {
        broker.create("t", 1, HOURLY);
        append("t", 0, "a", "b");
        broker.worker().advanceMs(HOUR_MS);
        broker.expireRecords();
        assertThat(broker.log("t", 0).startOffset()).isZero();

        broker.worker().advanceMs(1);
        broker.expireRecords();

        assertThat(broker.log("t", 0).startOffset()).isEqualTo(2);
        assertThat(append("t", 0, "c").baseOffset()).isEqualTo(2);
    }

    @Test
    void retentionIsChangedAtRunTime() {
        broker.create("t", 1);
        append("t", 0, "a");
        broker.worker().advanceMs(HOUR_MS + 1);
        broker.configure("t", HOURLY);

        broker.expireRecords();

        assertThat(broker.log("t", 0).startOffset()).isOne();
    }

    @Test
    void aTopicThatIsOnlyCompactedKeepsWhatIsOld() {
        broker.create("t", 1, "cleanup.policy", "compact", "retention.ms", "1");
        append("t", 0, "a");
        broker.worker().advanceMs(HOUR_MS);

        broker.expireRecords();

        assertThat(broker.log("t", 0).startOffset()).isZero();
    }

    @Test
    void whatIsNotVisibleYetStays() {
        broker.create("t", 1, HOURLY);
        append("t", 0, "a");
        broker.configure("t", "retention.ms", "3600000", "durability", "fsync");
        append("t", 0, "b");
        broker.worker().advanceMs(HOUR_MS + 1);

        broker.expireRecords();
        assertThat(broker.log("t", 0).startOffset()).isZero();

        broker.force();
        broker.expireRecords();
        assertThat(broker.log("t", 0).startOffset()).isEqualTo(2);
    }

    @Test
    void recordsOfALogThatNobodyOpensGoToo() throws IOException {
        broker.create("t", 25, HOURLY);
        for (int i = 0; i < 25; i++) {
            append("t", i, "a");
        }
        restart();
        broker.expireRecords();
        assertThat(segments("t-0")).containsExactly("00000000000000000000.log");

        broker.worker().advanceMs(HOUR_MS + 1);
        broker.expireRecords();

        for (int i = 0; i < 25; i++) {
            assertThat(segments("t-" + i)).containsExactly("00000000000000000001.log");
        }
        assertThat(broker.partition("t", 0).opening()).isTrue();
    }

    @Test
    void aLogIsNotOpenedWhileNothingOfItCanHaveExpired() throws IOException {
        broker.create("t", 1, HOURLY);
        append("t", 0, "a");
        restart();
        disk.failReads("00000000000000000000.log");
        broker.expireRecords();
        broker.expireRecords();
        disk.mend();

        broker.partition("t", 0).log();
        broker.worker().run();

        assertThat(broker.log("t", 0).endOffset()).isOne();
    }

    @Test
    void onePartitionThatCannotBeReadDoesNotKeepOthers() throws IOException {
        broker.create("t", 3, HOURLY);
        for (int i = 0; i < 3; i++) {
            append("t", i, "a");
        }
        restart();
        disk.failReads("t-1");
        broker.worker().advanceMs(HOUR_MS + 1);

        broker.expireRecords();

        assertThat(segments("t-0")).containsExactly("00000000000000000001.log");
        assertThat(segments("t-1")).contains("00000000000000000000.log");
        assertThat(segments("t-2")).containsExactly("00000000000000000001.log");
    }

    @Test
    void aLogIsOpenedForWhoeverAsksWhileItIsVisited() throws IOException {
        broker.create("t", 1, HOURLY);
        append("t", 0, "a");
        restart();
        broker.worker().advanceMs(HOUR_MS + 1);
        broker.partitions().expireRecords(broker.clock().wallMs());
        Append early = append("t", 0, "b");

        broker.worker().run();

        assertThat(early.decided()).isTrue();
        assertThat(early.baseOffset()).isOne();
    }

    private void restart() throws IOException {
        List<Topic> topics = new ArrayList<>(broker.view().topics().values());
        broker.close();
        broker = new TestBroker(root, disk, Map.of());
        topics.forEach(broker::restore);
    }

    /// Records of this moment.
    private Append append(String topic, int index, String... values) {
        ByteBuffer batch = Batches.at(broker.clock().wallMs(), values);
        Append append =
                Append.of(broker.partition(topic, index), new RecordBatch(batch), false, _ -> {});
        broker.partition(topic, index).append(append);
        return append;
    }

    private List<String> segments(String partition) throws IOException {
        broker.checkpoint();
        try (Stream<Path> files = Files.list(root.resolve(partition))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".log"))
                    .sorted()
                    .toList();
        }
    }
}
