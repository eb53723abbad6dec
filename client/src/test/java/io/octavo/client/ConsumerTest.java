package io.octavo.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.client.FakeBroker.Fault;
import io.octavo.ports.ManualClock;
import io.octavo.ports.ManualLoop;
import io.octavo.ports.Randomness;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.record.Compression;
import io.octavo.protocol.record.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ConsumerTest {
    private static final Endpoint ENDPOINT = new Endpoint("fake", 1);
    private static final TopicPartition FIRST = new TopicPartition(FakeBroker.TOPIC, 0);
    private static final TopicPartition SECOND = new TopicPartition(FakeBroker.TOPIC, 1);
    private static final int API_TIMEOUT_MS = 10_000;
    private static final int SEEDS = 100;
    private static final List<Fault> LOSSES =
            List.of(Fault.REQUEST_LOST, Fault.ANSWER_LOST, Fault.NOT_LEADER);
    private static final List<Compression> CODECS = List.of(Compression.values());

    private final ManualClock clock = new ManualClock();
    private final ManualLoop loop = new ManualLoop(clock);
    private final FakeBroker broker = new FakeBroker(loop, ENDPOINT, 2);
    private final Client client =
            new Client(
                    ClientConfig.of("fake:1").withApiTimeoutMs(API_TIMEOUT_MS),
                    clock,
                    loop,
                    broker,
                    () -> {});

    @Test
    void everyRecordComesOnceAndInOrderWhateverFails() {
        for (int seed = 0; seed < SEEDS; seed++) {
            ConsumerTest world = new ConsumerTest();
            Randomness random = Randomness.seeded(seed);
            world.fill(random, 0);
            world.fill(random, 1);
            world.broker.faults =
                    api ->
                            random.nextInt(4) == 0
                                    ? LOSSES.get(random.nextInt(LOSSES.size()))
                                    : Fault.NONE;

            Consumer consumer =
                    world.consumer(
                            ConsumerConfig.defaults()
                                    .withFetch(500, 1, 1 << 20, 1 + random.nextInt(5_000))
                                    .withRecordsMax(1 + random.nextInt(50)));
            consumer.seek(FIRST, Position.BEGINNING);
            long from = random.nextInt(100);
            consumer.seek(SECOND, Position.at(from));

            long expected = world.broker.log(0).end() + world.broker.log(1).end() - from;
            List<ConsumerRecord> read = world.read(consumer, expected);
            assertThat(offsets(read, FIRST))
                    .as("seed %d", seed)
                    .isEqualTo(range(0, world.broker.log(0).end()));
            assertThat(offsets(read, SECOND))
                    .as("seed %d", seed)
                    .isEqualTo(range(from, world.broker.log(1).end()));
            assertThat(consumer.position(FIRST)).isEqualTo(world.broker.log(0).end());
            assertThat(consumer.knownEnd(FIRST)).isEqualTo(world.broker.log(0).end());
        }
    }

    @Test
    void aReaderAtTheEndSeesOnlyWhatComesLater() {
        append(0, 3);
        Consumer consumer = consumer(ConsumerConfig.defaults());
        consumer.seek(FIRST, Position.END);
        assertThat(drain(consumer)).isEmpty();

        append(0, 2);

        assertThat(offsets(drain(consumer), FIRST)).containsExactly(3L, 4L);
    }

    @Test
    void aTimeIsTheFirstRecordsThatIsNotBeforeIt() {
        append(0, 2);
        clock.advanceMs(1_000);
        long then = clock.wallMs();
        append(0, 2);
        Consumer consumer = consumer(ConsumerConfig.defaults());

        consumer.seek(FIRST, Position.since(then));
        consumer.seek(SECOND, Position.since(then));

        assertThat(offsets(drain(consumer), FIRST)).containsExactly(2L, 3L);
        assertThat(consumer.position(SECOND)).as("no record so late: the end").isZero();
    }

    @Test
    void seekingForgetsWhatWasFetchedElsewhere() {
        append(0, 10);
        Consumer consumer = consumer(ConsumerConfig.defaults().withRecordsMax(2));
        consumer.seek(FIRST, Position.BEGINNING);
        runMs(100);
        assertThat(consumer.poll(0)).hasSize(2);

        consumer.seek(FIRST, Position.at(7));

        assertThat(offsets(drain(consumer), FIRST)).containsExactly(7L, 8L, 9L);
    }

    @Test
    void aForgottenPartitionIsReadNoMore() {
        append(0, 10);
        append(1, 1);
        Consumer consumer = consumer(ConsumerConfig.defaults());
        consumer.seek(FIRST, Position.BEGINNING);
        consumer.seek(SECOND, Position.BEGINNING);
        consumer.forget(Set.of(FIRST));

        List<ConsumerRecord> read = drain(consumer);

        assertThat(read).extracting(ConsumerRecord::partition).containsOnly(SECOND);
        assertThatThrownBy(() -> consumer.position(FIRST))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anOffsetOutsideTheLogIsSaidOnceAndTheOthersGoOn() {
        append(0, 10);
        append(1, 1);
        Consumer consumer = consumer(ConsumerConfig.defaults());
        consumer.seek(FIRST, Position.at(1_000));
        runMs(100);

        assertThatThrownBy(() -> consumer.poll(0))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("offset 1000 is not in the log")
                .hasMessageContaining("ends at 10");

        consumer.seek(SECOND, Position.BEGINNING);
        assertThat(drain(consumer)).hasSize(1);
        consumer.seek(FIRST, Position.at(9));
        assertThat(drain(consumer)).hasSize(1);
    }

    @Test
    void aTopicThatDoesNotExistIsSaidWhenTheTimeForItIsOver() {
        Consumer consumer = consumer(ConsumerConfig.defaults());
        consumer.seek(new TopicPartition("nope", 0), Position.at(0));
        runMs(API_TIMEOUT_MS / 2);
        assertThat(consumer.poll(0)).isEmpty();
        runMs(API_TIMEOUT_MS);

        assertThatThrownBy(() -> consumer.poll(0))
                .isInstanceOf(Refused.class)
                .satisfies(thrown ->
                        assertThat(((Refused) thrown).code())
                                .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION))
                .hasMessageContaining("nope");
    }

    @Test
    void aWokenPollReturnsAtOnce() {
        Consumer consumer = consumer(ConsumerConfig.defaults());
        consumer.wakeup();

        assertThat(consumer.poll(1_000_000)).isEmpty();
    }

    @Test
    void aDamagedBatchStopsItsPartitionThere() {
        append(0, 3);
        append(0, 3);
        broker.log(0).batches().get(1).bytes().put(70, (byte) 99);
        Consumer consumer = consumer(ConsumerConfig.defaults());
        consumer.seek(FIRST, Position.BEGINNING);
        runMs(100);

        assertThat(consumer.poll(0)).hasSize(3);
        assertThatThrownBy(
                        () -> {
                            runMs(100);
                            consumer.poll(0);
                        })
                .isInstanceOf(Unreadable.class)
                .hasMessageContaining("offset 3");
    }

    /// Nobody knows before what comes out of a few bytes.
    @Test
    void aPollEndsWhereItsBatchesHoldMuch() {
        for (int i = 0; i < 10; i++) {
            RecordBatchBuilder batch = new RecordBatchBuilder(Compression.ZSTD);
            batch.append(0, null, ByteBuffer.allocate(5 << 20), List.of());
            broker.log(0).append(batch.build());
        }
        Consumer consumer = consumer(ConsumerConfig.defaults());
        consumer.seek(FIRST, Position.BEGINNING);
        runMs(100);

        assertThat(consumer.poll(0)).hasSize(4);
        List<ConsumerRecord> rest = read(consumer, 6);

        assertThat(offsets(rest, FIRST)).isEqualTo(range(4, 10));
    }

    private Consumer consumer(ConsumerConfig config) {
        return new Consumer(client, config);
    }

    /// Polls until so many records have come, or much too long.
    private List<ConsumerRecord> read(Consumer consumer, long count) {
        List<ConsumerRecord> all = new ArrayList<>();
        for (int i = 0; i < 3_000 && all.size() < count; i++) {
            runMs(20);
            all.addAll(consumer.poll(0));
        }
        return all;
    }

    /// Polls until nothing has come for longer than anything waits.
    private List<ConsumerRecord> drain(Consumer consumer) {
        List<ConsumerRecord> all = new ArrayList<>();
        for (int quiet = 0; quiet < 50; quiet++) {
            runMs(20);
            List<ConsumerRecord> some = consumer.poll(0);
            all.addAll(some);
            quiet = some.isEmpty() ? quiet : 0;
        }
        return all;
    }

    private void runMs(int ms) {
        for (int i = 0; i < ms; i += 2) {
            loop.advanceMs(2);
        }
    }

    private void append(int partition, int count) {
        RecordBatchBuilder builder = new RecordBatchBuilder(Compression.NONE);
        for (int i = 0; i < count; i++) {
            builder.append(clock.wallMs(), null, ByteBuffer.allocate(10), List.of());
        }
        broker.log(partition).append(builder.build());
    }

    private void fill(Randomness random, int partition) {
        while (broker.log(partition).end() < 100) {
            Compression codec = CODECS.get(random.nextInt(CODECS.size()));
            RecordBatchBuilder builder = new RecordBatchBuilder(codec);
            for (int i = random.nextInt(40); i >= 0; i--) {
                builder.append(0, null, ByteBuffer.allocate(random.nextInt(200)), List.of());
            }
            broker.log(partition).append(builder.build());
        }
    }

    private static List<Long> offsets(List<ConsumerRecord> records, TopicPartition partition) {
        return records.stream()
                .filter(record -> record.partition().equals(partition))
                .map(ConsumerRecord::offset)
                .toList();
    }

    private static List<Long> range(long from, long end) {
        return LongStream.range(from, end).boxed().toList();
    }
}
