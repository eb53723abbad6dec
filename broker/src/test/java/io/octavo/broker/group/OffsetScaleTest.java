package io.octavo.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.replica.Append;
import io.octavo.broker.replica.Batches;
import io.octavo.broker.replica.Partition;
import io.octavo.broker.shard.ShardRecord;
import io.octavo.ports.Clock;
import io.octavo.protocol.message.OctavoDescribeGroupsRequest;
import io.octavo.protocol.message.OctavoDescribeGroupsResponse;
import io.octavo.protocol.record.Compression;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.record.RecordBatchBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// How long the largest things take that a node is made for, on an idle machine.
@Tag("soak")
class OffsetScaleTest extends WithOffsetScene {
    private static final Duration LOAD_MAX = Duration.ofSeconds(5);
    private static final long HEAP_BYTES_MAX = 160 << 20;
    private static final Duration REPORT_MAX = Duration.ofMillis(700);

    private static final int PARTITIONS = 20;
    private static final int BATCH_RECORDS = 100;

    @Test
    void aMillionOffsetsAreLoadedInSecondsAndStaySmall() throws IOException {
        scene.broker().create("topic-0", PARTITIONS);
        write(10_000, 5);
        long heapBytes = heapBytes();

        Duration time = timed(scene::restart);
        long grownBytes = heapBytes() - heapBytes;

        System.out.printf("1 000 000 offsets: %s, %d MiB%n", time, grownBytes >> 20);
        assertThat(scene.shard().offsets().groups()).hasSize(10_000);
        assertThat(scene.offset("group-9999", "topic-4", 19)).isEqualTo(499 + 19);
        assertThat(time).isLessThan(LOAD_MAX);
        assertThat(grownBytes).isLessThan(HEAP_BYTES_MAX);
    }

    @Test
    void theLagOfManyGroupsIsFoundAtOnce() throws IOException {
        scene.broker().create("topic-0", PARTITIONS);
        for (int i = 0; i < PARTITIONS; i++) {
            Partition partition = scene.broker().partition("topic-0", i);
            for (int batch = 0; batch < 4_000; batch++) {
                ByteBuffer bytes = Batches.at(scene.nowMs(), "x".repeat(900), "y");
                partition.append(Append.of(partition, new RecordBatch(bytes), false, _ -> {}));
            }
        }
        write(2_000, 1);
        scene.restart();
        OctavoDescribeGroupsRequest all = new OctavoDescribeGroupsRequest(null, true, true);
        report(all);

        Duration time = timed(() -> report(all));

        System.out.printf("the lag of 2 000 groups in 20 partitions each: %s%n", time);
        OctavoDescribeGroupsResponse response = report(all);
        assertThat(response.groups()).hasSize(2_000);
        assertThat(response.groups())
                .allSatisfy(group ->
                        assertThat(group.topics().getFirst().partitions())
                                .hasSize(PARTITIONS)
                                .allMatch(row -> row.lagBytes() > 1_000_000 && row.lag() > 7_000));
        assertThat(time).isLessThan(REPORT_MAX);
    }

    private OctavoDescribeGroupsResponse report(OctavoDescribeGroupsRequest request) {
        GroupReport report = scene.ask(answer -> scene.groups().report(request, answer));
        report.partitions(scene.broker().partitions()).forEach(Partition::log);
        scene.run();
        return report.answer(scene.broker().partitions(), scene.nowMs());
    }

    /// Writes commits of many groups into the groups' log.
    private void write(int groups, int topics) {
        RecordBatchBuilder batch = new RecordBatchBuilder(Compression.NONE);
        for (int group = 0; group < groups; group++) {
            for (int topic = 0; topic < topics; topic++) {
                for (int partition = 0; partition < PARTITIONS; partition++) {
                    ShardRecord record =
                            OffsetRecord.of(
                                    "group-" + group,
                                    "topic-" + topic,
                                    partition,
                                    new CommittedOffset(
                                            group % 500 + partition,
                                            1,
                                            "",
                                            scene.nowMs(),
                                            CommittedOffset.UNKNOWN,
                                            scene.broker().known("topic-0").id()));
                    batch.append(scene.nowMs(), record.key(), record.value(), List.of());
                    if (batch.count() == BATCH_RECORDS) {
                        append(batch);
                        batch = new RecordBatchBuilder(Compression.NONE);
                    }
                }
            }
        }
        if (batch.count() > 0) {
            append(batch);
        }
    }

    private void append(RecordBatchBuilder batch) {
        Partition partition = scene.broker().partition(Groups.TOPIC, 0);
        RecordBatch built = Objects.requireNonNull(RecordBatch.next(batch.build()));
        partition.append(Append.of(partition, built, false, _ -> {}));
    }

    private static long heapBytes() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static Duration timed(Work work) throws IOException {
        long startNanos = Clock.system().nanos();
        work.run();
        return Duration.ofNanos(Clock.system().nanos() - startNanos);
    }

    private interface Work {
        void run() throws IOException;
    }
}
