package io.octavo.broker.api;

import static io.octavo.broker.api.Replies.kept;
import static io.octavo.broker.api.Replies.later;
import static io.octavo.broker.api.Replies.now;
import static io.octavo.broker.api.Replies.settled;
import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.replica.Append;
import io.octavo.broker.replica.Batches;
import io.octavo.broker.replica.FailingFiles;
import io.octavo.broker.replica.Partition;
import io.octavo.broker.replica.TestBroker;
import io.octavo.ports.ManualLoop;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.ListOffsetsRequest;
import io.octavo.protocol.message.ListOffsetsRequest.ListOffsetsPartition;
import io.octavo.protocol.message.ListOffsetsRequest.ListOffsetsTopic;
import io.octavo.protocol.message.ListOffsetsResponse;
import io.octavo.protocol.message.ListOffsetsResponse.ListOffsetsPartitionResponse;
import io.octavo.protocol.message.OffsetForLeaderEpochRequest;
import io.octavo.protocol.message.OffsetForLeaderEpochRequest.OffsetForLeaderPartition;
import io.octavo.protocol.message.OffsetForLeaderEpochRequest.OffsetForLeaderTopic;
import io.octavo.protocol.message.OffsetForLeaderEpochResponse;
import io.octavo.protocol.message.OffsetForLeaderEpochResponse.EpochEndOffset;
import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListOffsetsHandlerTest {
    private static final int NEWEST = 11;
    private static final long LATEST = -1;
    private static final long EARLIEST = -2;
    private static final long MAX_TIMESTAMP = -3;
    private static final long EARLIEST_LOCAL = -4;
    private static final long LATEST_TIERED = -5;
    private static final long EARLIEST_PENDING_UPLOAD = -6;

    @TempDir Path root;

    private final FailingFiles disk = new FailingFiles();
    private TestBroker broker;
    private ManualLoop loop;
    private ManualLoop searchers;

    @BeforeEach
    void open() throws IOException {
        broker = new TestBroker(root, disk, Map.of());
        loop = new ManualLoop(broker.clock());
        searchers = new ManualLoop(broker.clock());
        broker.create("t", 1);
    }

    @AfterEach
    void close() throws IOException {
        broker.close();
    }

    @Test
    void nothingIsSearchedForWhoHasGone() {
        append(Batches.at(5, "a"));
        Later<ListOffsetsResponse> later = later(handle("t", List.of(wanted(0, 5)), NEWEST));

        later.abandon();
        searchers.run();

        assertThat(later.complete(ListOffsetsResponse.defaults())).isTrue();
    }

    @Test
    void whoAsksForOnePartitionDoesNotWaitForWhoAsksForMany() {
        broker.create("many", 5);
        List<ListOffsetsPartition> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            broker.log("many", i);
            all.add(wanted(i, 5));
        }
        append(Batches.at(5, "a"));
        Later<ListOffsetsResponse> many = later(handle("many", all, NEWEST));
        Later<ListOffsetsResponse> one = later(handle("t", List.of(wanted(0, 5)), NEWEST));

        int steps = 0;
        while (!settled(one)) {
            searchers.runNext();
            steps++;
        }
        assertThat(steps).isLessThanOrEqualTo(4);
        assertThat(settled(many)).isFalse();
        searchers.run();

        assertThat(kept(many).topics().getFirst().partitions()).hasSize(5);
    }

    @Test
    void whereTooManyWaitOthersAskAgain() {
        append(Batches.at(5, "a"));
        List<ListOffsetsTopic> topics = new ArrayList<>();
        topics.add(new ListOffsetsTopic("t", List.of(wanted(0, 5))));
        for (int i = 0; i < 99_000; i++) {
            topics.add(new ListOffsetsTopic("unknown", List.of()));
        }
        ListOffsetsRequest large = ListOffsetsRequest.defaults().withTopics(topics);
        ListOffsetsHandler handler = new ListOffsetsHandler(broker.partitions(), searchers);
        FakeRequestContext context = new FakeRequestContext(NEWEST, loop);

        Later<ListOffsetsResponse> gone = later(handler.handle(large, context));
        Later<ListOffsetsResponse> waits = later(handler.handle(large, context));
        ListOffsetsResponse refused = now(handler.handle(large, context));
        assertThat(refused.topics().getFirst().partitions().getFirst().errorCode())
                .isEqualTo(ErrorCode.LEADER_NOT_AVAILABLE.code());
        gone.abandon();
        searchers.run();

        assertThat(settled(waits)).isTrue();
        assertThat(settled(later(handler.handle(large, context)))).isFalse();
    }

    @Test
    void theLatestOffsetIsTheHighWatermarkInTheLeadersEpoch() {
        append(Batches.of("a", "b"));
        broker.elect("t", 0, true);

        assertThat(list(LATEST)).isEqualTo(found(-1, 2, 1));
    }

    @Test
    void theEarliestOffsetIsWhereTheLogBegins() {
        assertThat(list(EARLIEST)).isEqualTo(found(-1, 0, 0));
        append(Batches.of("a"));
        broker.elect("t", 0, true);

        assertThat(list(EARLIEST)).isEqualTo(found(-1, 0, 0));
        assertThat(list(EARLIEST_LOCAL)).isEqualTo(found(-1, 0, 0));
    }

    @Test
    void theFirstRecordOfATimeIsFoundInTheMiddleOfABatch() {
        append(Batches.at(100, "a", "b"));
        append(Batches.at(200, "c"));
        append(Batches.at(150, "d"));

        assertThat(list(0)).isEqualTo(found(100, 0, 0));
        assertThat(list(101)).isEqualTo(found(200, 2, 0));
        assertThat(list(200)).isEqualTo(found(200, 2, 0));
        assertThat(list(201)).isEqualTo(found(-1, -1, -1));
    }

    @Test
    void theLargestTimestampIsFoundWithItsOffset() {
        append(Batches.at(100, "a"));
        append(Batches.at(300, "b", "c"));
        append(Batches.at(200, "d"));

        assertThat(list(MAX_TIMESTAMP)).isEqualTo(found(300, 1, 0));
    }

    @Test
    void anEmptyLogHasNoLargestTimestamp() {
        assertThat(list(MAX_TIMESTAMP)).isEqualTo(found(-1, -1, -1));
    }

    @Test
    void whatIsNotVisibleIsNotFound() {
        broker.forced("t");
        append(Batches.at(100, "a"));
        broker.force();
        append(Batches.at(200, "b"));

        assertThat(listLate(LATEST).offset()).isOne();
        assertThat(listLate(150)).isEqualTo(found(-1, -1, -1));
        assertThat(listLate(MAX_TIMESTAMP)).isEqualTo(found(100, 0, 0));
    }

    @Test
    void whoAsksForWhatIsNewWaitsUntilWhatIsThereIsVisible() {
        broker.forced("t");
        append(Batches.at(100, "a"));
        for (long timestamp : new long[] {LATEST, MAX_TIMESTAMP, 100}) {
            append(Batches.at(100, "b"));
            long end = broker.log("t", 0).endOffset();
            Reply<ListOffsetsResponse> reply = handle("t", List.of(wanted(0, timestamp)), NEWEST);
            Later<ListOffsetsResponse> later = later(reply);
            searchers.run();
            assertThat(settled(later)).isFalse();
            append(Batches.at(50, "behind"));

            broker.force();
            loop.run();
            searchers.run();

            long found = kept(later).topics().getFirst().partitions().getFirst().offset();
            if (timestamp == LATEST) {
                assertThat(found).isGreaterThanOrEqualTo(end);
            } else {
                assertThat(found).isZero();
            }
        }
    }

    @Test
    void aForceOfAPartOfWhatIsWaitedForIsNotTheLastThatIsHeardOf() {
        broker.forced("t");
        append(Batches.of("a"));
        broker.force();
        append(Batches.of("b"), true);
        List<Later<ListOffsetsResponse>> asked = new ArrayList<>();
        disk.duringForce(() -> {
            append(Batches.of("c"), true);
            asked.add(later(handle("t", List.of(wanted(0, LATEST)), NEWEST)));
            // The loop hears of this force before the next one ends.
            disk.duringForce(loop::run);
        });

        broker.force();
        loop.run();

        long found = kept(asked.getFirst()).topics().getFirst().partitions().getFirst().offset();
        assertThat(found).isEqualTo(3);
    }

    @Test
    void whereTheLogBeginsWaitsForNothing() {
        broker.forced("t");
        append(Batches.of("a"));

        assertThat(list(EARLIEST)).isEqualTo(found(-1, 0, 0));
    }

    @Test
    void nothingIsTiered() {
        append(Batches.of("a"));

        assertThat(list(LATEST_TIERED)).isEqualTo(found(-1, -1, -1));
        assertThat(list(EARLIEST_PENDING_UPLOAD)).isEqualTo(found(-1, -1, -1));
    }

    @Test
    void specialTimestampsNeedTheVersionThatBroughtThem() {
        assertThat(error(MAX_TIMESTAMP, 6)).isEqualTo(ErrorCode.UNSUPPORTED_VERSION);
        assertThat(error(EARLIEST_LOCAL, 7)).isEqualTo(ErrorCode.UNSUPPORTED_VERSION);
        assertThat(error(LATEST_TIERED, 8)).isEqualTo(ErrorCode.UNSUPPORTED_VERSION);
        assertThat(error(EARLIEST_PENDING_UPLOAD, 10)).isEqualTo(ErrorCode.UNSUPPORTED_VERSION);
        assertThat(error(-7, NEWEST)).isEqualTo(ErrorCode.UNSUPPORTED_VERSION);
        assertThat(error(Long.MIN_VALUE, NEWEST)).isEqualTo(ErrorCode.UNSUPPORTED_VERSION);
        assertThat(error(MAX_TIMESTAMP, 7)).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void versionsWithoutEpochsGetNone() {
        append(Batches.of("a"));

        assertThat(list(wanted(0, LATEST), 3).leaderEpoch()).isEqualTo(-1);
        assertThat(list(wanted(0, LATEST), 4).leaderEpoch()).isZero();
    }

    @Test
    void epochsAreFenced() {
        broker.elect("t", 0, true);

        assertThat(list(wanted(0, LATEST).withCurrentLeaderEpoch(0), NEWEST).errorCode())
                .isEqualTo(ErrorCode.FENCED_LEADER_EPOCH.code());
        assertThat(list(wanted(0, LATEST).withCurrentLeaderEpoch(2), NEWEST).errorCode())
                .isEqualTo(ErrorCode.UNKNOWN_LEADER_EPOCH.code());
    }

    @Test
    void aPartitionNamedTwiceIsRefusedOnce() {
        assertThat(answers(List.of(wanted(0, LATEST), wanted(0, EARLIEST)), NEWEST))
                .extracting(ListOffsetsPartitionResponse::errorCode)
                .containsExactly(ErrorCode.INVALID_REQUEST.code());
    }

    @Test
    void unknownPartitionsAreNamed() {
        assertThat(list(wanted(1, LATEST), NEWEST).errorCode())
                .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code());
    }

    @Test
    void aLogThatIsNotOpenIsOpenedFirst() {
        broker.createClosed("cold", 1);
        Later<ListOffsetsResponse> later =
                later(handle("cold", List.of(wanted(0, LATEST)), NEWEST));

        broker.worker().run();
        loop.run();

        assertThat(kept(later).topics().getFirst().partitions()).containsExactly(found(-1, 0, 0));
    }

    @Test
    void aLogThatTakesTooLongToOpenIsAnError() {
        broker.createClosed("cold", 1);
        Later<ListOffsetsResponse> later =
                later(handle("cold", List.of(wanted(0, LATEST)), NEWEST));

        loop.advanceMs(1_000);

        assertThat(kept(later).topics().getFirst().partitions().getFirst().errorCode())
                .isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER.code());
    }

    @Test
    void anEpochEndsWhereTheNextBegins() {
        append(Batches.of("a", "b"));
        broker.elect("t", 0, true);
        append(Batches.of("c"));
        broker.elect("t", 0, true);

        assertThat(epochEnd(0, 2)).isEqualTo(new EpochEndOffset((short) 0, 0, 0, 2));
        assertThat(epochEnd(1, -1)).isEqualTo(new EpochEndOffset((short) 0, 0, 1, 3));
        assertThat(epochEnd(2, -1)).isEqualTo(new EpochEndOffset((short) 0, 0, 2, 3));
        assertThat(epochEnd(3, -1)).isEqualTo(new EpochEndOffset((short) 0, 0, -1, -1));
        assertThat(epochEnd(0, 1).errorCode()).isEqualTo(ErrorCode.FENCED_LEADER_EPOCH.code());
    }

    @Test
    void whoAsksWhereAnEpochEndsIsNotRefusedForTheSecondsThatALogTakesToOpen() {
        broker.createClosed("cold", 1);
        Later<OffsetForLeaderEpochResponse> later = later(askEpochEnd("cold", 0, -1));

        loop.advanceMs(4_999);
        assertThat(settled(later)).isFalse();
        broker.worker().run();
        loop.run();

        assertThat(kept(later).topics().getFirst().partitions())
                .containsExactly(new EpochEndOffset((short) 0, 0, 0, 0));
    }

    @Test
    void whereAnEpochEndsInALogThatTakesTooLongToOpenIsAnError() {
        broker.createClosed("cold", 1);
        Later<OffsetForLeaderEpochResponse> later = later(askEpochEnd("cold", 0, -1));

        loop.advanceMs(5_000);

        assertThat(kept(later).topics().getFirst().partitions().getFirst().errorCode())
                .isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER.code());
    }

    @Test
    void whatIsRefusedWhateverTheLogHoldsDoesNotWaitForIt() {
        broker.createClosed("cold", 1);

        assertThat(error(askEpochEnd("cold", 0, 1))).isEqualTo(ErrorCode.UNKNOWN_LEADER_EPOCH);
        assertThat(error(askEpochEnd("nowhere", 0, -1)))
                .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    }

    private static ErrorCode error(Reply<OffsetForLeaderEpochResponse> reply) {
        EpochEndOffset answer = now(reply).topics().getFirst().partitions().getFirst();
        return ErrorCode.of(answer.errorCode());
    }

    private EpochEndOffset epochEnd(int epoch, int currentEpoch) {
        return now(askEpochEnd("t", epoch, currentEpoch))
                .topics()
                .getFirst()
                .partitions()
                .getFirst();
    }

    private Reply<OffsetForLeaderEpochResponse> askEpochEnd(
            String topic, int epoch, int currentEpoch) {
        OffsetForLeaderEpochRequest request =
                new OffsetForLeaderEpochRequest(
                        -1,
                        List.of(
                                new OffsetForLeaderTopic(
                                        topic,
                                        List.of(
                                                new OffsetForLeaderPartition(
                                                        0, currentEpoch, epoch)))));
        return new OffsetForLeaderEpochHandler(broker.partitions())
                .handle(request, new FakeRequestContext(4, loop));
    }

    private ListOffsetsPartitionResponse list(long timestamp) {
        return list(wanted(0, timestamp), NEWEST);
    }

    /// Of a log whose disk takes longer than who asks is made to wait.
    private ListOffsetsPartitionResponse listLate(long timestamp) {
        Reply<ListOffsetsResponse> reply = handle("t", List.of(wanted(0, timestamp)), NEWEST);
        loop.advanceMs(1_000);
        searchers.run();
        return kept(later(reply)).topics().getFirst().partitions().getFirst();
    }

    private ErrorCode error(long timestamp, int version) {
        return ErrorCode.of(list(wanted(0, timestamp), version).errorCode());
    }

    private ListOffsetsPartitionResponse list(ListOffsetsPartition wanted, int version) {
        return answers(List.of(wanted), version).getFirst();
    }

    private List<ListOffsetsPartitionResponse> answers(
            List<ListOffsetsPartition> wanted, int version) {
        Reply<ListOffsetsResponse> reply = handle("t", wanted, version);
        searchers.run();
        ListOffsetsResponse response =
                reply instanceof Later<ListOffsetsResponse> later ? kept(later) : now(reply);
        return response.topics().getFirst().partitions();
    }

    private Reply<ListOffsetsResponse> handle(
            String topic, List<ListOffsetsPartition> wanted, int version) {
        ListOffsetsRequest request =
                new ListOffsetsRequest(
                        -1, (byte) 0, List.of(new ListOffsetsTopic(topic, wanted)), 0);
        return new ListOffsetsHandler(broker.partitions(), searchers)
                .handle(request, new FakeRequestContext(version, loop));
    }

    private static ListOffsetsPartition wanted(int partition, long timestamp) {
        return new ListOffsetsPartition(partition, -1, timestamp);
    }

    private static ListOffsetsPartitionResponse found(long timestamp, long offset, int epoch) {
        return new ListOffsetsPartitionResponse(0, (short) 0, timestamp, offset, epoch);
    }

    private void append(ByteBuffer batch) {
        append(batch, false);
    }

    private void append(ByteBuffer batch, boolean acksAll) {
        Partition partition = broker.partition("t", 0);
        partition.append(Append.of(partition, new RecordBatch(batch), acksAll, _ -> {}));
    }
}
