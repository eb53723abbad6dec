package io.octavo.system;

import java.util.List;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsPartition;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsTopic;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceDataCollection;
import org.apache.kafka.common.record.internal.MemoryRecords;

/// Requests about the records of a partition, in Apache Kafka's classes.
final class RecordRequests {
    private static final int TIMEOUT_MS = 5_000;
    private static final int FETCH_BYTES_MAX = 1 << 20;

    private RecordRequests() {}

    static DeleteRecordsRequestData deletion(String topic, int index, long offset) {
        return new DeleteRecordsRequestData()
                .setTimeoutMs(TIMEOUT_MS)
                .setTopics(List.of(topic(topic, index, offset)));
    }

    static DeleteRecordsTopic topic(String name, int index, long offset) {
        return new DeleteRecordsTopic()
                .setName(name)
                .setPartitions(List.of(partition(index, offset)));
    }

    static DeleteRecordsPartition partition(int index, long offset) {
        return new DeleteRecordsPartition().setPartitionIndex(index).setOffset(offset);
    }

    static ListOffsetsRequestData search(String topic, long timestamp) {
        return new ListOffsetsRequestData()
                .setReplicaId(-1)
                .setTopics(
                        List.of(
                                new ListOffsetsTopic()
                                        .setName(topic)
                                        .setPartitions(
                                                List.of(
                                                        new ListOffsetsPartition()
                                                                .setTimestamp(timestamp)))));
    }

    static FetchRequestData fetch(String topic, long offset) {
        FetchPartition partition =
                new FetchPartition().setFetchOffset(offset).setPartitionMaxBytes(FETCH_BYTES_MAX);
        return new FetchRequestData()
                .setMaxBytes(FETCH_BYTES_MAX)
                .setTopics(
                        List.of(
                                new FetchTopic()
                                        .setTopic(topic)
                                        .setPartitions(List.of(partition))));
    }

    static ProduceRequestData production(String topic, MemoryRecords batch) {
        TopicProduceDataCollection topics = new TopicProduceDataCollection();
        topics.add(
                new TopicProduceData()
                        .setName(topic)
                        .setPartitionData(List.of(new PartitionProduceData().setRecords(batch))));
        return new ProduceRequestData()
                .setAcks((short) -1)
                .setTimeoutMs(TIMEOUT_MS)
                .setTopicData(topics);
    }
}
