package io.octavo.system;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.AlterReplicaLogDirsRequestData;
import org.apache.kafka.common.message.AlterReplicaLogDirsRequestData.AlterReplicaLogDir;
import org.apache.kafka.common.message.AlterReplicaLogDirsRequestData.AlterReplicaLogDirTopic;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsAssignment;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableReplicaAssignment;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfig;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.jspecify.annotations.Nullable;

/// Administrative requests in Apache Kafka's classes, and their parts.
final class AdminRequests {
    private AdminRequests() {}

    static CreatableTopic topic(
            String name, int partitions, int replicas, @Nullable String... settings) {
        CreatableTopic topic =
                new CreatableTopic()
                        .setName(name)
                        .setNumPartitions(partitions)
                        .setReplicationFactor((short) replicas);
        for (int i = 0; i < settings.length; i += 2) {
            topic.configs()
                    .add(new CreatableTopicConfig().setName(settings[i]).setValue(settings[i + 1]));
        }
        return topic;
    }

    static CreatableTopic assigned(
            String name, int partitions, int replicas, CreatableReplicaAssignment... assignments) {
        CreatableTopic topic = topic(name, partitions, replicas);
        for (CreatableReplicaAssignment assignment : assignments) {
            topic.assignments().add(assignment);
        }
        return topic;
    }

    static CreatableReplicaAssignment at(int index, Integer... brokers) {
        return new CreatableReplicaAssignment()
                .setPartitionIndex(index)
                .setBrokerIds(List.of(brokers));
    }

    static CreatePartitionsTopic growth(String name, int count) {
        return new CreatePartitionsTopic().setName(name).setCount(count).setAssignments(null);
    }

    static CreatePartitionsAssignment to(Integer... brokers) {
        return new CreatePartitionsAssignment().setBrokerIds(List.of(brokers));
    }

    static IncrementalAlterConfigsRequestData.AlterConfigsResource alteration(
            byte type, String resource, AlterableConfig... changes) {
        IncrementalAlterConfigsRequestData.AlterConfigsResource altered =
                new IncrementalAlterConfigsRequestData.AlterConfigsResource()
                        .setResourceType(type)
                        .setResourceName(resource);
        for (AlterableConfig change : changes) {
            altered.configs().add(change);
        }
        return altered;
    }

    static AlterableConfig set(String name, @Nullable String value) {
        return change(name, 0, value);
    }

    static AlterableConfig change(String name, int operation, @Nullable String value) {
        return new AlterableConfig()
                .setName(name)
                .setConfigOperation((byte) operation)
                .setValue(value);
    }

    static DescribeTopicPartitionsRequestData page(
            int limit, List<String> names, @Nullable String topic, int partition) {
        DescribeTopicPartitionsRequestData request =
                new DescribeTopicPartitionsRequestData().setResponsePartitionLimit(limit);
        for (String name : names) {
            request.topics()
                    .add(new DescribeTopicPartitionsRequestData.TopicRequest().setName(name));
        }
        if (topic != null) {
            request.setCursor(
                    new DescribeTopicPartitionsRequestData.Cursor()
                            .setTopicName(topic)
                            .setPartitionIndex(partition));
        }
        return request;
    }

    static MetadataRequestData metadataOf(String... names) {
        List<MetadataRequestTopic> topics = new ArrayList<>();
        for (String name : names) {
            topics.add(new MetadataRequestTopic().setName(name));
        }
        return new MetadataRequestData().setTopics(topics).setAllowAutoTopicCreation(false);
    }

    static MetadataRequestData byId(Uuid id, @Nullable String name) {
        return new MetadataRequestData()
                .setTopics(List.of(new MetadataRequestTopic().setTopicId(id).setName(name)));
    }

    /// Moves a partition to a data directory.
    static AlterReplicaLogDirsRequestData move(String path, String topic, int index) {
        AlterReplicaLogDir directory = new AlterReplicaLogDir().setPath(path);
        directory
                .topics()
                .add(new AlterReplicaLogDirTopic().setName(topic).setPartitions(List.of(index)));
        AlterReplicaLogDirsRequestData request = new AlterReplicaLogDirsRequestData();
        request.dirs().add(directory);
        return request;
    }

    static DeleteTopicState state(@Nullable String name, Uuid id) {
        return new DeleteTopicState().setName(name).setTopicId(id);
    }
}
