package io.octavo.system;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.message.AlterConfigsResponseData;
import org.apache.kafka.common.message.CreatePartitionsResponseData;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.message.DescribeClusterResponseData;
import org.apache.kafka.common.message.DescribeConfigsResponseData;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData;
import org.apache.kafka.common.message.ListConfigResourcesResponseData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// The answers to administrative requests as text that two brokers must agree on.
final class AdminSummary {
    /// Settings that may be given in other units too: unless the one in milliseconds is set, Kafka
    /// shows none of those that give the value, nor where it comes from; we do.
    private static final List<String> SEVERAL_NAMES =
            List.of("retention.ms", "segment.ms", "segment.jitter.ms", "flush.ms");

    private AdminSummary() {}

    /// What both brokers must agree on: not their ids, addresses and messages, nor the order of
    /// what has none.
    static String of(ApiMessage answer) {
        return switch (answer) {
            case CreateTopicsResponseData created -> created(created);
            case CreatePartitionsResponseData grown -> {
                TreeSet<String> lines = new TreeSet<>();
                grown.results().forEach(r -> lines.add(r.name() + "=" + error(r.errorCode())));
                yield lines.toString();
            }
            case DeleteTopicsResponseData deleted -> {
                TreeSet<String> lines = new TreeSet<>();
                deleted.responses().forEach(r -> lines.add(r.name() + "=" + error(r.errorCode())));
                yield lines.toString();
            }
            case IncrementalAlterConfigsResponseData altered -> {
                List<String> lines = new ArrayList<>();
                altered.responses()
                        .forEach(r -> lines.add(r.resourceName() + "=" + error(r.errorCode())));
                yield lines.toString();
            }
            case AlterConfigsResponseData altered -> {
                List<String> lines = new ArrayList<>();
                altered.responses()
                        .forEach(r -> lines.add(r.resourceName() + "=" + error(r.errorCode())));
                yield lines.toString();
            }
            case DescribeConfigsResponseData described -> described(described);
            case MetadataResponseData metadata -> metadata(metadata);
            case DescribeTopicPartitionsResponseData page -> page(page);
            case DescribeClusterResponseData cluster ->
                    error(cluster.errorCode())
                            + " brokers "
                            + cluster.brokers().size()
                            + " of type "
                            + cluster.endpointType();
            case ListConfigResourcesResponseData list -> {
                TreeSet<String> lines = new TreeSet<>();
                list.configResources().forEach(r -> lines.add(r.resourceType() + r.resourceName()));
                yield error(list.errorCode()) + lines;
            }
            default -> throw new AssertionError("no summary of " + answer);
        };
    }

    private static String created(CreateTopicsResponseData created) {
        TreeSet<String> lines = new TreeSet<>();
        for (CreateTopicsResponseData.CreatableTopicResult topic : created.topics()) {
            TreeSet<String> own = new TreeSet<>();
            if (topic.configs() != null) {
                topic.configs().stream()
                        .filter(config -> config.configSource() == 1)
                        .forEach(config -> own.add(config.name() + "=" + bare(config.value())));
            }
            lines.add(
                    topic.name()
                            + "="
                            + error(topic.errorCode())
                            + " "
                            + topic.numPartitions()
                            + "x"
                            + topic.replicationFactor()
                            + own);
        }
        return lines.toString();
    }

    private static String described(DescribeConfigsResponseData described) {
        List<String> lines = new ArrayList<>();
        for (DescribeConfigsResponseData.DescribeConfigsResult result : described.results()) {
            Map<String, String> configs = new TreeMap<>();
            for (DescribeConfigsResponseData.DescribeConfigsResourceResult config :
                    result.configs()) {
                List<String> synonyms = new ArrayList<>();
                config.synonyms()
                        .forEach(s -> synonyms.add(s.name() + "=" + s.value() + "@" + s.source()));
                configs.put(
                        config.name(),
                        bare(config.value())
                                + "@"
                                + config.configSource()
                                + " type "
                                + config.configType()
                                + (config.readOnly() ? " read-only " : " ")
                                + (SEVERAL_NAMES.contains(config.name()) ? "" : synonyms));
            }
            // Ours alone; and one that Kafka sets for all brokers when its storage is made.
            configs.remove("durability");
            configs.remove("min.insync.replicas");
            lines.add(result.resourceName() + "=" + error(result.errorCode()) + configs);
        }
        return lines.toString();
    }

    private static String metadata(MetadataResponseData metadata) {
        TreeSet<String> lines = new TreeSet<>();
        for (MetadataResponseData.MetadataResponseTopic topic : metadata.topics()) {
            TreeSet<String> partitions = new TreeSet<>();
            topic.partitions()
                    .forEach(p ->
                            partitions.add(
                                    p.partitionIndex()
                                            + ":"
                                            + error(p.errorCode())
                                            + p.leaderId()
                                            + p.leaderEpoch()
                                            + p.replicaNodes()
                                            + p.isrNodes()
                                            + p.offlineReplicas()));
            lines.add(
                    topic.name()
                            + "="
                            + error(topic.errorCode())
                            + topic.isInternal()
                            + topic.topicAuthorizedOperations()
                            + partitions);
        }
        return error(metadata.errorCode())
                + metadata.brokers().size()
                + " brokers, may "
                + metadata.clusterAuthorizedOperations()
                + lines;
    }

    private static String page(DescribeTopicPartitionsResponseData page) {
        List<String> lines = new ArrayList<>();
        for (DescribeTopicPartitionsResponseData.DescribeTopicPartitionsResponseTopic topic :
                page.topics()) {
            List<Integer> partitions = new ArrayList<>();
            topic.partitions().forEach(p -> partitions.add(p.partitionIndex()));
            lines.add(topic.name() + "=" + error(topic.errorCode()) + partitions);
        }
        return lines + " next " + page.nextCursor();
    }

    /// A value without the blanks that Kafka keeps as they were sent.
    private static String bare(@Nullable String value) {
        return String.valueOf(value).replace(" ", "");
    }

    private static String error(short code) {
        return Errors.forCode(code).name();
    }
}
