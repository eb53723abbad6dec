package io.octavo.broker.api;

import static io.octavo.broker.api.Replies.kept;
import static io.octavo.broker.api.Replies.later;
import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.cluster.Topic;
import io.octavo.broker.replica.Append;
import io.octavo.broker.replica.Batches;
import io.octavo.broker.replica.FailingFiles;
import io.octavo.broker.replica.Partition;
import io.octavo.broker.replica.TestBroker;
import io.octavo.ports.ManualLoop;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.DeleteRecordsRequest;
import io.octavo.protocol.message.DeleteRecordsRequest.DeleteRecordsPartition;
import io.octavo.protocol.message.DeleteRecordsRequest.DeleteRecordsTopic;
import io.octavo.protocol.message.DeleteRecordsResponse;
import io.octavo.protocol.message.DeleteRecordsResponse.DeleteRecordsPartitionResult;
import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeleteRecordsHandlerTest {
    private static final int NEWEST = 2;
    private static final long ALL_VISIBLE = -1;
    private static final int TIMEOUT_MS = 1_000;

    @TempDir Path root;

    private final FailingFiles disk = new FailingFiles();
    private TestBroker broker;
    private ManualLoop workers;

    @BeforeEach
    void open() throws IOException {
        broker = new TestBroker(root, disk, Map.of());
        workers = new ManualLoop(broker.clock());
        broker.create("t", 1);
        append("a");
        append("b");
        append("c");
    }

    @AfterEach
    void close() throws IOException {
        broker.close();
    }

    @Test
    void recordsBeforeAnOffsetAreGone() {
        assertThat(delete(2)).isEqualTo(done(2));

        assertThat(broker.log("t", 0).startOffset()).isEqualTo(2);
    }

    @Test
    void theStartNeverGoesBack() {
        delete(2);

        assertThat(delete(1)).isEqualTo(done(2));
        assertThat(delete(0)).isEqualTo(done(2));
    }

    @Test
    void everythingVisibleCanBeDeleted() {
        assertThat(delete(ALL_VISIBLE)).isEqualTo(done(3));
    }

    @Test
    void whatIsNotThereIsNotDeleted() {
        assertThat(delete(4)).isEqualTo(error(ErrorCode.OFFSET_OUT_OF_RANGE));
        assertThat(delete(-2)).isEqualTo(error(ErrorCode.OFFSET_OUT_OF_RANGE));
        assertThat(broker.log("t", 0).startOffset()).isZero();
    }

    @Test
    void whatIsAcknowledgedAndNotVisibleYetIsDeletedWhenItIs() {
        appendUnforced();
        Later<DeleteRecordsResponse> all = begin(ALL_VISIBLE);
        Later<DeleteRecordsResponse> newest = begin(4);
        Later<DeleteRecordsResponse> visible = begin(2);
        workers.run();
        assertThat(Replies.settled(all)).isFalse();
        assertThat(Replies.settled(newest)).isFalse();
        assertThat(result(visible)).isEqualTo(done(2));

        append("e");
        broker.force();
        workers.run();

        assertThat(result(all)).isEqualTo(done(4));
        assertThat(result(newest)).isEqualTo(done(4));
    }

    @Test
    void aDeletionThatWaitsIsAnsweredWhenThePartitionIsLedElsewhere() {
        appendUnforced();
        Later<DeleteRecordsResponse> all = begin(ALL_VISIBLE);

        broker.elect("t", 0, false);

        assertThat(result(all)).isEqualTo(error(ErrorCode.NOT_LEADER_OR_FOLLOWER));
    }

    @Test
    void theAnswerWaitsUntilTheNewStartLasts() throws IOException {
        Later<DeleteRecordsResponse> reply = begin(2);
        assertThat(Replies.settled(reply)).isFalse();
        workers.run();
        assertThat(Replies.settled(reply)).isTrue();
        Topic topic = broker.known("t");

        try (TestBroker killed = new TestBroker(copy())) {
            killed.restore(topic);
            killed.partition("t", 0).log();
            killed.worker().run();

            assertThat(killed.log("t", 0).startOffset()).isEqualTo(2);
        }
    }

    @Test
    void aStartThatCannotBeMadeToLastIsAnError() {
        disk.failWrites("checkpoint.octavo.tmp");

        assertThat(delete(2)).isEqualTo(error(ErrorCode.KAFKA_STORAGE_ERROR));
        disk.mend();
    }

    @Test
    void recordsOfATopicThatIsOnlyCompactedStay() {
        broker.create("compacted", 1, "cleanup.policy", "compact");
        broker.create("both", 1, "cleanup.policy", "compact,delete");

        assertThat(delete("compacted", 0, 0)).isEqualTo(error(ErrorCode.POLICY_VIOLATION));
        assertThat(delete("both", 0, 0)).isEqualTo(done(0));
    }

    @Test
    void recordsOfTheBrokersOwnTopicsStay() {
        broker.create("__own", 1);

        assertThat(delete("__own", 0, 0)).isEqualTo(error(ErrorCode.INVALID_TOPIC_EXCEPTION));
    }

    @Test
    void whatIsNotThereIsUnknownAndWhatIsLedElsewhereIsNotOurs() {
        ErrorCode unknown = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        assertThat(delete("none", 0, 0)).isEqualTo(error(unknown));
        assertThat(delete("t", 1, 0))
                .isEqualTo(new DeleteRecordsPartitionResult(1, -1, unknown.code()));
        broker.elect("t", 0, false);
        assertThat(delete(1)).isEqualTo(error(ErrorCode.NOT_LEADER_OR_FOLLOWER));
    }

    @Test
    void aLogThatIsNotOpenIsOpened() throws IOException {
        Topic topic = broker.known("t");
        broker.close();
        broker = new TestBroker(root, disk, Map.of());
        broker.restore(topic);

        assertThat(delete(1)).isEqualTo(done(1));
    }

    private DeleteRecordsPartitionResult delete(long offset) {
        return delete("t", 0, offset);
    }

    private DeleteRecordsPartitionResult delete(String topic, int index, long offset) {
        Later<DeleteRecordsResponse> reply = begin(topic, index, offset);
        broker.worker().run();
        workers.run();
        assertThat(kept(reply).topics().getFirst().name()).isEqualTo(topic);
        return result(reply);
    }

    private Later<DeleteRecordsResponse> begin(long offset) {
        return begin("t", 0, offset);
    }

    private Later<DeleteRecordsResponse> begin(String topic, int index, long offset) {
        return later(
                handler().handle(request(topic, index, offset), new FakeRequestContext(NEWEST)));
    }

    private static DeleteRecordsPartitionResult result(Later<DeleteRecordsResponse> reply) {
        DeleteRecordsResponse response = kept(reply);
        assertThat(response.topics()).hasSize(1);
        return response.topics().getFirst().partitions().getFirst();
    }

    private DeleteRecordsHandler handler() {
        return new DeleteRecordsHandler(broker.partitions(), workers);
    }

    private static DeleteRecordsRequest request(String topic, int index, long offset) {
        return new DeleteRecordsRequest(
                List.of(
                        new DeleteRecordsTopic(
                                topic, List.of(new DeleteRecordsPartition(index, offset)))),
                TIMEOUT_MS);
    }

    @Test
    void whatIsNotDoneInTheClientsTimeIsAnsweredThen() {
        ManualLoop loop = new ManualLoop(broker.clock());
        appendUnforced();
        Later<DeleteRecordsResponse> reply =
                later(handler().handle(request("t", 0, 4), new FakeRequestContext(NEWEST, loop)));

        broker.clock().advanceMs(TIMEOUT_MS);
        loop.run();

        assertThat(result(reply)).isEqualTo(error(ErrorCode.REQUEST_TIMED_OUT));
    }

    @Test
    void deletionsWhoseTimeIsOverWaitForALogToOpenInBoundedNumber() {
        ManualLoop loop = new ManualLoop(broker.clock());
        broker.createClosed("cold", 2);
        broker.crowd(1);
        Later<DeleteRecordsResponse> first = begin("cold", 0, 0, loop);
        broker.clock().advanceMs(TIMEOUT_MS);
        loop.run();
        assertThat(result(first)).isEqualTo(error(ErrorCode.REQUEST_TIMED_OUT));

        assertThat(result(begin("cold", 0, 0))).isEqualTo(error(ErrorCode.NOT_ENOUGH_REPLICAS));
        broker.worker().run();

        assertThat(delete("cold", 0, 0)).isEqualTo(done(0));
        assertThat(delete("cold", 1, 0))
                .isEqualTo(new DeleteRecordsPartitionResult(1, 0, (short) 0));
    }

    @Test
    void soDoThoseWhoseClientIsGone() {
        broker.createClosed("cold", 2);
        broker.crowd(1);

        begin("cold", 0, 0).abandon();

        assertThat(broker.partition("cold", 1).crowded()).isNotNull();
    }

    @Test
    void aDeletionThatHasBegunDoesNotCountWhenItsTimeIsOver() {
        ManualLoop loop = new ManualLoop(broker.clock());
        broker.createClosed("cold", 1);
        broker.crowd(1);
        appendUnforced();
        Later<DeleteRecordsResponse> begun = begin("t", 0, 4, loop);
        broker.clock().advanceMs(TIMEOUT_MS);
        loop.run();
        assertThat(result(begun)).isEqualTo(error(ErrorCode.REQUEST_TIMED_OUT));

        assertThat(broker.partition("cold", 0).crowded()).isNull();
        broker.force();
        workers.run();
        assertThat(broker.log("t", 0).startOffset()).isEqualTo(4);
    }

    @Test
    void whatWasGivenUpKeepsNothingOfItsRequest() {
        broker.createClosed("cold", 1);
        ManualLoop loop = new ManualLoop(broker.clock());
        WeakReference<Later<DeleteRecordsResponse>> reply =
                new WeakReference<>(begin("cold", 0, 0, loop));
        broker.clock().advanceMs(TIMEOUT_MS);
        loop.run();

        for (int i = 0; i < 20 && reply.get() != null; i++) {
            System.gc();
        }

        assertThat(reply.get()).isNull();
        assertThat(broker.partition("cold", 0).opening()).isTrue();
    }

    private Later<DeleteRecordsResponse> begin(
            String topic, int index, long offset, ManualLoop loop) {
        return later(
                handler()
                        .handle(
                                request(topic, index, offset),
                                new FakeRequestContext(NEWEST, loop)));
    }

    /// A record that its producer has an answer for, and that waits for the next round of forces.
    private void appendUnforced() {
        broker.forced("t");
        append("d");
    }

    private void append(String value) {
        Partition partition = broker.partition("t", 0);
        partition.append(Append.of(partition, new RecordBatch(Batches.of(value)), false, _ -> {}));
    }

    /// What is on disk now.
    private Path copy() throws IOException {
        Path copy = root.resolveSibling(root.getFileName() + "-copy");
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                Files.copy(path, copy.resolve(root.relativize(path).toString()));
            }
        }
        return copy;
    }

    private static DeleteRecordsPartitionResult done(long lowWatermark) {
        return new DeleteRecordsPartitionResult(0, lowWatermark, ErrorCode.NONE.code());
    }

    private static DeleteRecordsPartitionResult error(ErrorCode error) {
        return new DeleteRecordsPartitionResult(0, -1, error.code());
    }
}
