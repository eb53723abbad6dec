package io.octavo.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.ports.Randomness;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two brokers that hold the same bytes, ours and Apache's, answer every fetch alike.
///
/// What is compared: error codes, high watermark, start of the log, and the batches that the answer
/// holds whole, byte for byte but for the leader's epoch, which each broker writes itself. A batch
/// that a byte limit has cut is not compared: a client cannot use it.
final class FetchDifferentialTest {
    private static final long SEED = 20260131;
    private static final int BATCHES = 200;
    private static final int RECORDS_MAX = 12;
    private static final int VALUE_BYTES_MAX = 4_000;
    private static final int PARTITIONS = 2;
    private static final String TOPIC = "same";

    /// Small enough that the batches fill several segments.
    private static final int SEGMENT_BYTES = 1 << 20;

    private static final int PRODUCE_VERSION = 9;
    private static final int FIRST_VERSION_WITH_TOPIC_IDS = 13;
    private static final int[] FETCH_VERSIONS = {4, 11, 12, 17};

    private static final int LENGTH_AT = 8;
    private static final int HEAD_BYTES = 12;
    private static final int EPOCH_AT = 12;

    @TempDir private Path directory;

    private record Limits(int bytesMax, int partitionBytesMax, int bytesMin) {}

    private static final List<Limits> LIMITS =
            List.of(
                    new Limits(50 << 20, 1 << 20, 1),
                    new Limits(50 << 20, 1, 1),
                    new Limits(1, 1 << 20, 1),
                    new Limits(50 << 20, 20_000, 1),
                    new Limits(20_000, 13_000, 1),
                    new Limits(0, 0, 0));

    @Test
    void everyFetchIsAnsweredAsApacheKafkaAnswersIt() {
        try (BrokerProcess ours = BrokerProcess.start(directory.resolve("ours"));
                ApacheKafka kafka = ApacheKafka.start(directory.resolve("kafka"));
                Wire ourWire = new Wire(ours.address());
                Wire kafkaWire = new Wire(kafka.address())) {
            for (BrokerProcess broker : List.of(ours, kafka)) {
                NewTopic topic = new NewTopic(TOPIC, Optional.of(PARTITIONS), Optional.empty());
                topic.configs(
                        Map.of(
                                "segment.bytes",
                                Integer.toString(SEGMENT_BYTES),
                                "retention.ms",
                                "-1"));
                JavaClient.create(broker.address(), List.of(topic));
            }
            long end = fill(ourWire, kafkaWire);
            Uuid ourId = topicId(ourWire);
            Uuid kafkaId = topicId(kafkaWire);
            int fetches = 0;
            int batches = 0;
            for (int version : FETCH_VERSIONS) {
                for (Limits limits : LIMITS) {
                    for (long offset = -1; offset <= end + 1; offset++) {
                        Answer our = fetch(ourWire, ourId, version, limits, offset);
                        Answer theirs = fetch(kafkaWire, kafkaId, version, limits, offset);
                        assertThat(our)
                                .as("v%d, %s, offset %d of %d", version, limits, offset, end)
                                .isEqualTo(theirs);
                        fetches++;
                        batches += our.batches();
                    }
                }
            }
            System.out.printf(
                    "%d fetches answered alike, with %d whole batches%n", fetches, batches);
            assertThat(batches).isGreaterThan(fetches);
        }
    }

    /// Produces the same batches to both, and returns the offset after the last.
    private static long fill(Wire ourWire, Wire kafkaWire) {
        Randomness random = Randomness.seeded(SEED);
        long end = 0;
        for (int batch = 0; batch < BATCHES; batch++) {
            SimpleRecord[] records = new SimpleRecord[1 + random.nextInt(RECORDS_MAX)];
            for (int i = 0; i < records.length; i++) {
                byte[] value = new byte[random.nextInt(VALUE_BYTES_MAX)];
                for (int at = 0; at < value.length; at++) {
                    value[at] = (byte) random.nextInt(256);
                }
                records[i] = new SimpleRecord(1_700_000_000_000L + batch * 10L + i, value);
            }
            CompressionType type = CompressionType.forId(batch % CompressionType.values().length);
            Compression codec = Compression.of(type).build();
            ByteBuffer bytes = MemoryRecords.withRecords(codec, records).buffer();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                assertThat(produce(ourWire, partition, bytes.duplicate())).isEqualTo(end);
                assertThat(produce(kafkaWire, partition, bytes.duplicate())).isEqualTo(end);
            }
            end += records.length;
        }
        return end;
    }

    private static long produce(Wire wire, int partition, ByteBuffer batch) {
        ProduceRequestData.TopicProduceDataCollection topics =
                new ProduceRequestData.TopicProduceDataCollection();
        topics.add(
                new ProduceRequestData.TopicProduceData()
                        .setName(TOPIC)
                        .setPartitionData(
                                List.of(
                                        new ProduceRequestData.PartitionProduceData()
                                                .setIndex(partition)
                                                .setRecords(
                                                        MemoryRecords.readableRecords(batch)))));
        ProduceRequestData request =
                new ProduceRequestData()
                        .setAcks((short) -1)
                        .setTimeoutMs(5_000)
                        .setTopicData(topics);
        ProduceResponseData response = (ProduceResponseData) wire.ask(request, PRODUCE_VERSION);
        ProduceResponseData.PartitionProduceResponse answer =
                response.responses().iterator().next().partitionResponses().getFirst();
        assertThat(Errors.forCode(answer.errorCode())).isEqualTo(Errors.NONE);
        return answer.baseOffset();
    }

    private static Uuid topicId(Wire wire) {
        MetadataRequestData request =
                new MetadataRequestData()
                        .setTopics(
                                List.of(
                                        new MetadataRequestData.MetadataRequestTopic()
                                                .setName(TOPIC)));
        MetadataResponseData response = (MetadataResponseData) wire.ask(request, 12);
        return response.topics().iterator().next().topicId();
    }

    private static Answer fetch(Wire wire, Uuid topicId, int version, Limits limits, long offset) {
        List<FetchRequestData.FetchPartition> partitions = new ArrayList<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            partitions.add(
                    new FetchRequestData.FetchPartition()
                            .setPartition(partition)
                            .setFetchOffset(offset)
                            .setPartitionMaxBytes(limits.partitionBytesMax));
        }
        FetchRequestData.FetchTopic topic =
                new FetchRequestData.FetchTopic().setPartitions(partitions);
        if (version < FIRST_VERSION_WITH_TOPIC_IDS) {
            topic.setTopic(TOPIC);
        } else {
            topic.setTopicId(topicId);
        }
        FetchRequestData request =
                new FetchRequestData()
                        .setMaxWaitMs(0)
                        .setMinBytes(limits.bytesMin)
                        .setMaxBytes(limits.bytesMax)
                        .setTopics(List.of(topic));
        FetchResponseData response = (FetchResponseData) wire.ask(request, version);
        List<PartitionAnswer> answers = new ArrayList<>();
        for (FetchResponseData.FetchableTopicResponse one : response.responses()) {
            one.partitions().forEach(answer -> answers.add(PartitionAnswer.of(answer)));
        }
        return new Answer(Errors.forCode(response.errorCode()), answers);
    }

    private record Answer(Errors error, List<PartitionAnswer> partitions) {
        int batches() {
            return partitions.stream().mapToInt(one -> one.batches().size()).sum();
        }
    }

    /// @param batches each whole batch
    private record PartitionAnswer(
            int partition,
            Errors error,
            long highWatermark,
            long lastStableOffset,
            long logStartOffset,
            List<ByteBuffer> batches) {
        static PartitionAnswer of(FetchResponseData.PartitionData answer) {
            MemoryRecords records = (MemoryRecords) answer.records();
            return new PartitionAnswer(
                    answer.partitionIndex(),
                    Errors.forCode(answer.errorCode()),
                    answer.highWatermark(),
                    answer.lastStableOffset(),
                    answer.logStartOffset(),
                    records == null ? List.of() : wholeBatches(records.buffer()));
        }

        private static List<ByteBuffer> wholeBatches(ByteBuffer records) {
            List<ByteBuffer> whole = new ArrayList<>();
            int at = records.position();
            while (at + HEAD_BYTES <= records.limit()) {
                int size = HEAD_BYTES + records.getInt(at + LENGTH_AT);
                if (at + size > records.limit()) {
                    break;
                }
                ByteBuffer batch = ByteBuffer.allocate(size);
                batch.put(0, records, at, size);
                batch.putInt(EPOCH_AT, 0);
                whole.add(batch);
                at += size;
            }
            return whole;
        }
    }
}
