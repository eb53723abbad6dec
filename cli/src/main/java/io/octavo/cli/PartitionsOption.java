package io.octavo.cli;

import io.octavo.client.Admin.PartitionDescription;
import io.octavo.client.Admin.TopicDescription;
import io.octavo.client.TopicPartition;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/// The option that chooses partitions of a topic; without it all are meant.
final class PartitionsOption {
    @Option(
            names = {"-p", "--partition"},
            paramLabel = "N",
            description = "Only this one; may be repeated.")
    private List<Integer> only = List.of();

    boolean isGiven() {
        return !only.isEmpty();
    }

    /// The partitions that are meant, in order.
    ///
    /// @throws Failure when one is named that the topic does not have
    List<TopicPartition> of(TopicDescription topic) {
        List<Integer> all =
                topic.partitions().stream().map(PartitionDescription::index).sorted().toList();
        List<Integer> missing =
                only.stream().filter(index -> !all.contains(index)).distinct().sorted().toList();
        if (!missing.isEmpty()) {
            throw new Failure(
                    "topic %s has no partition %s; it has %d, counted from 0"
                            .formatted(
                                    topic.name(),
                                    missing.stream()
                                            .map(String::valueOf)
                                            .collect(Collectors.joining(", ")),
                                    all.size()));
        }
        return all.stream()
                .filter(index -> only.isEmpty() || only.contains(index))
                .map(index -> new TopicPartition(topic.name(), index))
                .toList();
    }
}
