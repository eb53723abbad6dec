package io.octavo.broker.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.replica.Append;
import io.octavo.broker.replica.Batches;
import io.octavo.broker.replica.Partition;
import io.octavo.broker.replica.TestBroker;
import io.octavo.ports.ManualLoop;
import io.octavo.protocol.message.DescribeLogDirsRequest;
import io.octavo.protocol.message.DescribeLogDirsRequest.DescribableLogDirTopic;
import io.octavo.protocol.message.DescribeLogDirsResponse.DescribeLogDirsPartition;
import io.octavo.protocol.message.DescribeLogDirsResponse.DescribeLogDirsResult;
import io.octavo.protocol.message.DescribeLogDirsResponse.DescribeLogDirsTopic;
import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DescribeLogDirsHandlerTest {
    private static final int NEWEST = 5;

    @TempDir Path root;

    private TestBroker broker;
    private ManualLoop worker;

    @BeforeEach
    void open() throws IOException {
        broker = new TestBroker(root);
        worker = new ManualLoop(broker.clock());
    }

    @AfterEach
    void close() throws IOException {
        broker.close();
    }

    @Test
    void everyPartitionIsListedWithItsSizeWhetherItsLogIsOpenOrNot() throws IOException {
        broker.create("open", 1);
        int bytes = append("open", "a");
        broker.createClosed("closed", 2);

        DescribeLogDirsResult described = describe(null);

        assertThat(described.logDir()).isEqualTo(root.toAbsolutePath().toString());
        assertThat(described.topics())
                .containsExactlyInAnyOrder(
                        new DescribeLogDirsTopic("open", List.of(partition(0, bytes))),
                        new DescribeLogDirsTopic(
                                "closed", List.of(partition(0, 0), partition(1, 0))));
        assertThat(described.usableBytes()).isPositive().isLessThan(described.totalBytes());
    }

    @Test
    void onlyWhatIsAskedForIsListed() throws IOException {
        broker.create("one", 3);
        broker.create("two", 1);

        DescribeLogDirsResult described =
                describe(
                        List.of(
                                new DescribableLogDirTopic("one", List.of(1, 99)),
                                new DescribableLogDirTopic("nowhere", List.of(0))));

        assertThat(described.topics())
                .containsExactly(new DescribeLogDirsTopic("one", List.of(partition(1, 0))));
    }

    private int append(String topic, String value) {
        RecordBatch batch = new RecordBatch(Batches.of(value));
        Partition partition = broker.partition(topic, 0);
        partition.append(Append.of(partition, batch, false, _ -> {}));
        return batch.sizeBytes();
    }

    private DescribeLogDirsResult describe(@Nullable List<DescribableLogDirTopic> topics) {
        DescribeLogDirsHandler handler = new DescribeLogDirsHandler(broker.partitions(), worker);
        var reply =
                handler.handle(new DescribeLogDirsRequest(topics), new FakeRequestContext(NEWEST));
        worker.run();
        return Replies.kept(Replies.later(reply)).results().getFirst();
    }

    private static DescribeLogDirsPartition partition(int index, long bytes) {
        return new DescribeLogDirsPartition(index, bytes, 0, false);
    }
}
