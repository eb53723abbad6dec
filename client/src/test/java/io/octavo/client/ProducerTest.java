package io.octavo.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.client.FakeBroker.Fault;
import io.octavo.ports.ManualClock;
import io.octavo.ports.ManualLoop;
import io.octavo.ports.Randomness;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.ProduceRequest;
import io.octavo.protocol.record.Compression;
import io.octavo.protocol.record.LogRecord;
import io.octavo.protocol.record.RecordBatch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ProducerTest {
    private static final Endpoint ENDPOINT = new Endpoint("fake", 1);
    private static final int PARTITIONS = 3;
    private static final int API_TIMEOUT_MS = 60_000;
    private static final int SEEDS = 100;
    private static final Set<Fault> LOSSES =
            EnumSet.of(Fault.NONE, Fault.REQUEST_LOST, Fault.ANSWER_LOST, Fault.NOT_LEADER);

    private final ManualClock clock = new ManualClock();
    private final ManualLoop loop = new ManualLoop(clock);
    private final FakeBroker broker = new FakeBroker(loop, ENDPOINT, PARTITIONS);
    private final Client client =
            new Client(
                    ClientConfig.of("fake:1").withApiTimeoutMs(API_TIMEOUT_MS),
                    clock,
                    loop,
                    broker,
                    () -> {});

    @Test
    void recordsOfOneLingerTravelTogether() {
        Producer producer = producer(ProducerConfig.defaults().withBatching(10_000, 20));
        List<CompletableFuture<Written>> written = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            written.add(producer.send(record(0, i)));
            loop.advanceMs(3);
        }
        assertThat(broker.produced()).isEmpty();

        loop.advanceMs(20);
        runMs(20);

        assertThat(broker.log(0).batches()).hasSize(1);
        for (int i = 0; i < 5; i++) {
            assertThat(written.get(i).join().offset()).isEqualTo(i);
        }
    }

    @Test
    void aFullBatchDoesNotLinger() {
        Producer producer = producer(ProducerConfig.defaults().withBatching(200, 1_000_000));
        for (int i = 0; i < 50; i++) {
            var unused = producer.send(record(0, i));
        }
        runMs(20);

        assertThat(broker.log(0).end()).isEqualTo(50);
    }

    @Test
    void whileABatchIsUnderWayTheNextOneGrows() {
        Producer producer = producer(ProducerConfig.defaults().withBatching(50, 0));
        for (int i = 0; i < 100; i++) {
            var unused = producer.send(record(0, i));
            loop.run();
        }
        runMs(50);

        assertThat(broker.log(0).end()).isEqualTo(100);
        assertThat(broker.log(0).batches()).hasSizeLessThan(4);
    }

    @Test
    void requestsStayBelowTheirLimit() {
        ProducerConfig config =
                new ProducerConfig(
                        Acks.ALL,
                        true,
                        Compression.NONE,
                        Compression.DEFAULT_LEVEL,
                        400,
                        5,
                        1 << 20,
                        500);
        Producer producer = producer(config);
        for (int i = 0; i < 300; i++) {
            var unused = producer.send(record(i % PARTITIONS, i));
        }
        runMs(500);

        assertThat(broker.produced()).hasSizeGreaterThan(3);
        for (ProduceRequest request : broker.produced()) {
            assertThat(
                            request.topicData().stream()
                                    .flatMap(topic -> topic.partitionData().stream())
                                    .mapToInt(data ->
                                            data.records() == null ? 0 : data.records().sizeBytes())
                                    .sum())
                    .isLessThanOrEqualTo(500);
        }
        for (int i = 0; i < PARTITIONS; i++) {
            assertThat(numbers(i)).isSorted().doesNotHaveDuplicates();
        }
    }

    @Test
    void aRecordTooLargeForARequestIsRefusedHere() {
        Producer producer = producer(ProducerConfig.defaults());
        ProducerRecord large =
                new ProducerRecord(FakeBroker.TOPIC, null, ByteBuffer.allocate(2 << 20));

        assertThat(failureOf(producer.send(large))).hasMessageContaining("MESSAGE_TOO_LARGE");
    }

    @Test
    void aPartitionThatDoesNotExistIsRefusedHere() {
        Producer producer = producer(ProducerConfig.defaults());

        assertThat(failureOf(producer.send(record(PARTITIONS, 1))))
                .hasMessageContaining("3 partitions");
    }

    @Test
    void withoutAcksARecordIsDoneWhenItHasLeft() {
        Producer producer = producer(ProducerConfig.defaults().withAcks(Acks.NONE));
        CompletableFuture<Written> written = producer.send(record(0, 1));
        runMs(20);

        assertThat(written.join().offset()).isEqualTo(-1);
        assertThat(broker.log(0).end()).isEqualTo(1);
        assertThat(broker.log(0).batches().get(0).hasProducerId()).isFalse();
    }

    @Test
    void everyRecordIsWrittenOnceAndInOrderWhateverFails() {
        for (int seed = 0; seed < SEEDS; seed++) {
            ProducerTest world = new ProducerTest();
            List<CompletableFuture<Written>> written =
                    world.storm(seed, ProducerConfig.defaults(), LOSSES);

            world.checkOnceAndInOrder(seed, written);
            assertThat(written).as("seed %d", seed).noneMatch(future -> failed(future));
        }
    }

    @Test
    void aBrokerThatForgetsItsProducersMakesRecordsFailButNeverRepeats() {
        int failures = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            ProducerTest world = new ProducerTest();
            List<CompletableFuture<Written>> written =
                    world.storm(
                            seed,
                            ProducerConfig.defaults(),
                            EnumSet.complementOf(EnumSet.of(Fault.TOO_LARGE)));

            world.checkOnceAndInOrder(seed, written);
            failures += (int) written.stream().filter(ProducerTest::failed).count();
        }
        assertThat(failures).isPositive();
    }

    @Test
    void withoutIdempotenceARecordMayComeTwiceButNeverLate() {
        for (int seed = 0; seed < SEEDS; seed++) {
            ProducerTest world = new ProducerTest();
            List<CompletableFuture<Written>> written =
                    world.storm(seed, ProducerConfig.defaults().withAcks(Acks.LEADER), LOSSES);

            long distinct = 0;
            for (int i = 0; i < PARTITIONS; i++) {
                assertThat(firsts(world.numbers(i))).as("seed %d", seed).isSorted();
                distinct += Set.copyOf(world.numbers(i)).size();
            }
            assertThat(distinct).as("seed %d", seed).isEqualTo(written.size());
        }
    }

    @Test
    void aBatchThatIsRefusedForGoodFailsAloneAndTheSequenceBeginsAnew() {
        Producer producer = producer(ProducerConfig.defaults());
        var first = producer.send(record(0, 1));
        runMs(50);
        broker.faults = api -> api == ProduceRequest.API ? Fault.TOO_LARGE : Fault.NONE;
        var second = producer.send(record(0, 2));
        runMs(50);
        broker.faults = api -> Fault.NONE;
        var third = producer.send(record(0, 3));
        var elsewhere = producer.send(record(1, 4));
        runMs(50);

        assertThat(first.join().offset()).isZero();
        assertThat(failureOf(second)).isInstanceOf(Refused.class);
        assertThat(((Refused) failureOf(second)).code()).isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);
        assertThat(third.join().offset()).isEqualTo(1);
        assertThat(elsewhere.join().offset()).isZero();
        List<RecordBatch> batches = broker.log(0).batches();
        assertThat(batches.get(1).producerId()).isNotEqualTo(batches.get(0).producerId());
        assertThat(batches.get(1).baseSequence()).isZero();
    }

    @Test
    void whatIsTooLargeTogetherForItsTopicIsWrittenInParts() {
        broker.batchBytesMax = 500;
        Producer producer = producer(ProducerConfig.defaults().withBatching(10_000, 20));
        List<CompletableFuture<Written>> written = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            written.add(producer.send(record(0, i)));
        }
        runMs(2_000);

        for (int i = 0; i < written.size(); i++) {
            assertThat(written.get(i).join().offset()).isEqualTo(i);
        }
        assertThat(numbers(0)).hasSize(1_000).isSorted().doesNotHaveDuplicates();
        assertThat(broker.log(0).batches())
                .allMatch(batch -> batch.sizeBytes() <= 500)
                .extracting(RecordBatch::producerId)
                .containsOnly(broker.log(0).batches().getFirst().producerId());
    }

    @Test
    void onceItIsKnownThatBatchesAreTooLargeTheNextAreSmaller() {
        broker.batchBytesMax = 500;
        Producer producer = producer(ProducerConfig.defaults().withBatching(10_000, 20));
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 1_000; i++) {
                var unused = producer.send(record(0, i));
            }
            runMs(2_000);
            long requests = broker.produced().size();
            long batches = broker.log(0).batches().size();
            if (round == 1) {
                assertThat(requests).isEqualTo(batches);
            }
            broker.produced().clear();
            broker.log(0).batches().clear();
        }
    }

    @Test
    void ofWhatIsWrittenInPartsARecordThatIsTooLargeAloneFailsAlone() {
        broker.batchBytesMax = 500;
        Producer producer = producer(ProducerConfig.defaults().withBatching(10_000, 20));
        var first = producer.send(record(0, 1));
        var large =
                producer.send(
                        new ProducerRecord(
                                FakeBroker.TOPIC,
                                0,
                                ProducerRecord.NOW,
                                null,
                                ByteBuffer.allocate(600),
                                List.of()));
        var last = producer.send(record(0, 3));
        runMs(2_000);

        assertThat(first.join().offset()).isZero();
        assertThat(((Refused) failureOf(large)).code()).isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);
        assertThat(last.join().offset()).isEqualTo(1);
    }

    /// It was written, and since then the topic takes less.
    @Test
    void whatMayBeWrittenIsNotWrittenAgainInParts() {
        Producer producer = producer(ProducerConfig.defaults().withBatching(10_000, 20));
        var unused = producer.send(record(1, 0));
        runMs(100);
        broker.faults = api -> api == ProduceRequest.API ? Fault.ANSWER_LOST : Fault.NONE;
        List<CompletableFuture<Written>> written = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            written.add(producer.send(record(0, i)));
        }
        runMs(100);
        assertThat(numbers(0)).hasSize(100);

        broker.batchBytesMax = 500;
        broker.faults = api -> Fault.NONE;
        runMs(API_TIMEOUT_MS);

        assertThat(written).allMatch(CompletableFuture::isDone);
        assertThat(numbers(0)).hasSize(100);
    }

    @Test
    void aFlushWaitsForTheParts() {
        broker.batchBytesMax = 500;
        Producer producer = producer(ProducerConfig.defaults().withBatching(100_000, 1_000_000));
        List<CompletableFuture<Written>> written = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            written.add(producer.send(record(0, i)));
        }
        CompletableFuture<Boolean> flushed = new CompletableFuture<>();
        Thread waits =
                Thread.startVirtualThread(() -> {
                    producer.flush();
                    flushed.complete(written.stream().allMatch(CompletableFuture::isDone));
                });
        // Time does not pass before it has asked for its records to be sent, and waits.
        while (waits.isAlive() && waits.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        while (!flushed.isDone()) {
            runMs(2);
        }

        assertThat(flushed.join()).isTrue();
        assertThat(numbers(0)).hasSize(500).isSorted();
    }

    @Test
    void aRecordThatCannotBeWrittenInTimeFailsWithTheReason() {
        Producer producer = producer(ProducerConfig.defaults());
        broker.dead.add(ENDPOINT);
        broker.faults = api -> Fault.REQUEST_LOST;
        var late = producer.send(record(0, 1));

        runMs(API_TIMEOUT_MS / 2);
        assertThat(late).isNotDone();
        runMs(API_TIMEOUT_MS);

        assertThat(failureOf(late))
                .isInstanceOf(ClientException.class)
                .hasMessageContaining("fake:1");
    }

    @Test
    void aRecordThatFailedWhileItsBrokerWasBeingReachedTakesNoOtherWithIt() {
        Producer producer = producer(ProducerConfig.defaults());
        var before = producer.send(record(0, 0));
        runMs(100);
        broker.faults = api -> Fault.REQUEST_LOST;
        broker.dead.add(ENDPOINT);
        broker.connectMs = API_TIMEOUT_MS + 10_000;
        var first = producer.send(record(0, 1));
        runMs(API_TIMEOUT_MS + 1_000);
        var second = producer.send(record(0, 2));
        runMs(1_000);
        assertThat(first).isCompletedExceptionally();
        assertThat(second).isNotDone();

        broker.connectMs = 2;
        runMs(20_000);
        broker.faults = api -> Fault.NONE;
        broker.dead.clear();
        runMs(20_000);

        assertThat(before.join().offset()).isZero();
        assertThat(second).isCompletedWithValueMatching(where -> where.offset() == 1);
    }

    @Test
    void memoryIsFreeAgainWhenRecordsAreAnswered() {
        ProducerConfig config =
                new ProducerConfig(
                        Acks.ALL,
                        true,
                        Compression.NONE,
                        Compression.DEFAULT_LEVEL,
                        1_000,
                        0,
                        1_000,
                        1_000);
        Producer producer = producer(config);
        for (int i = 0; i < 200; i++) {
            var unused = producer.send(record(i % PARTITIONS, i));
            runMs(10);
        }
        assertThat(broker.log(0).end() + broker.log(1).end() + broker.log(2).end()).isEqualTo(200);
    }

    /// Each record that is acknowledged is where that was said, no record is there twice, and each
    /// partition has them in the order they were sent.
    private void checkOnceAndInOrder(int seed, List<CompletableFuture<Written>> written) {
        for (int i = 0; i < PARTITIONS; i++) {
            assertThat(numbers(i)).as("seed %d", seed).isSorted().doesNotHaveDuplicates();
        }
        for (int i = 0; i < written.size(); i++) {
            assertThat(written.get(i)).as("seed %d", seed).isDone();
            if (!failed(written.get(i))) {
                Written where = written.get(i).join();
                assertThat(numbers(where.partition().partition()).get((int) where.offset()))
                        .as("seed %d", seed)
                        .isEqualTo(i);
            }
        }
    }

    /// Sends for a while through a network and a broker that fail, then lets everything heal and be
    /// answered.
    private List<CompletableFuture<Written>> storm(
            int seed, ProducerConfig config, Set<Fault> kinds) {
        Randomness random = Randomness.seeded(seed);
        int batchBytes = 20 + random.nextInt(300);
        Producer producer = producer(config.withBatching(batchBytes, random.nextInt(20)));
        List<Fault> faults = List.copyOf(kinds);
        broker.faults =
                api ->
                        random.nextInt(3) == 0
                                ? faults.get(random.nextInt(faults.size()))
                                : Fault.NONE;
        List<CompletableFuture<Written>> written = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            written.add(producer.send(record(random.nextInt(PARTITIONS), i)));
            loop.advanceMs(random.nextInt(8));
        }
        broker.faults = api -> Fault.NONE;
        runMs(10_000);
        return written;
    }

    private Producer producer(ProducerConfig config) {
        loop.execute(() ->
                Completion.on(client.refresh(Set.of(FakeBroker.TOPIC), true), m -> {}, e -> {}));
        runMs(20);
        return new Producer(client, config, Randomness.seeded(1));
    }

    private void runMs(int ms) {
        for (int i = 0; i < ms; i += 2) {
            loop.advanceMs(2);
        }
    }

    private List<Integer> numbers(int partition) {
        return broker.log(partition).records().stream().map(ProducerTest::number).toList();
    }

    private static int number(LogRecord record) {
        ByteBuffer value = record.value();
        return value == null ? -1 : value.getInt(value.position());
    }

    private static boolean failed(CompletableFuture<Written> future) {
        return future.isCompletedExceptionally();
    }

    private static List<Integer> firsts(List<Integer> numbers) {
        return numbers.stream().distinct().toList();
    }

    private static ProducerRecord record(int partition, int number) {
        return new ProducerRecord(
                FakeBroker.TOPIC,
                partition,
                ProducerRecord.NOW,
                null,
                ByteBuffer.allocate(Integer.BYTES).putInt(0, number),
                List.of());
    }

    private static ClientException failureOf(CompletableFuture<?> future) {
        assertThat(future).isCompletedExceptionally();
        return future.handle((value, thrown) -> Completion.cause(thrown)).join();
    }
}
