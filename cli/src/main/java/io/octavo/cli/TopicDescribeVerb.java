package io.octavo.cli;

import io.octavo.client.Admin;
import io.octavo.client.Admin.PartitionDescription;
import io.octavo.client.Admin.Setting;
import io.octavo.client.Admin.Source;
import io.octavo.client.Admin.TopicDescription;
import io.octavo.client.Client;
import io.octavo.client.Position;
import io.octavo.client.TopicPartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `octavo topic describe NAME`: its partitions with their offsets, and its settings.
@Command(name = "describe", description = "Describe a topic.", mixinStandardHelpOptions = true)
final class TopicDescribeVerb implements Callable<Integer> {
    private final Streams streams;

    @Mixin private final Bootstrap bootstrap = new Bootstrap();
    @Mixin private final OutputOption output = new OutputOption();

    @Parameters(paramLabel = "NAME")
    private String name = "";

    @Option(
            names = {"-a", "--all"},
            description = "Every setting; without it, those that are not the default.")
    private boolean all;

    TopicDescribeVerb(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        Described described;
        try (Client client = bootstrap.open()) {
            described = describe(new Admin(client));
        }
        if (output.json()) {
            streams.out().json(Json.document(described));
        } else {
            described.text().forEach(streams.out()::println);
        }
        return 0;
    }

    private Described describe(Admin admin) {
        TopicDescription topic = admin.describeTopic(name);
        Map<TopicPartition, Long> starts = offsets(admin, topic, Position.BEGINNING);
        Map<TopicPartition, Long> ends = offsets(admin, topic, Position.END);
        List<Partition> partitions = new ArrayList<>();
        for (PartitionDescription partition : topic.partitions()) {
            TopicPartition key = new TopicPartition(name, partition.index());
            partitions.add(
                    new Partition(
                            partition.index(),
                            partition.leader(),
                            partition.leaderEpoch(),
                            partition.replicas(),
                            partition.inSync(),
                            starts.get(key),
                            ends.get(key)));
        }
        List<Shown> settings =
                admin.topicSettings(name).stream()
                        .filter(setting -> all || setting.source() != Source.DEFAULT)
                        .map(Shown::of)
                        .toList();
        return new Described(name, topic.id().toString(), topic.internal(), partitions, settings);
    }

    /// A partition without a leader has nobody to ask.
    private Map<TopicPartition, Long> offsets(Admin admin, TopicDescription topic, Position where) {
        Map<TopicPartition, Position> wanted = new HashMap<>();
        for (PartitionDescription partition : topic.partitions()) {
            if (partition.leader() >= 0) {
                wanted.put(new TopicPartition(name, partition.index()), where);
            }
        }
        return admin.offsets(wanted);
    }

    /// @param startOffset null, like `endOffset`, while the partition has no leader
    record Partition(
            int partition,
            int leader,
            int leaderEpoch,
            List<Integer> replicas,
            List<Integer> inSync,
            @Nullable Long startOffset,
            @Nullable Long endOffset) {
        private static String shown(@Nullable Long offset) {
            return offset == null ? "-" : Amount.count(offset);
        }
    }

    /// @param source where the value comes from, in lower case
    record Shown(String name, @Nullable String value, String source) {
        static Shown of(Setting setting) {
            String source = setting.source().name().toLowerCase(java.util.Locale.ROOT);
            return new Shown(setting.name(), setting.value(), source.replace('_', ' '));
        }
    }

    /// What is known about a topic, as JSON has it.
    record Described(
            String name,
            String id,
            boolean internal,
            List<Partition> partitions,
            List<Shown> settings) {
        List<String> text() {
            List<String> lines = new ArrayList<>();
            lines.add("topic " + name + (internal ? ", internal" : "") + ", id " + id);
            lines.add("");
            TextTable table =
                    new TextTable(
                            "PARTITION", "LEADER", "EPOCH", "REPLICAS", "IN SYNC", "START", "END");
            for (Partition p : partitions) {
                table.row(
                        p.partition,
                        p.leader < 0 ? "none" : Integer.toString(p.leader),
                        p.leaderEpoch,
                        ids(p.replicas),
                        ids(p.inSync),
                        Partition.shown(p.startOffset),
                        Partition.shown(p.endOffset));
            }
            lines.addAll(table.lines());
            if (!settings.isEmpty()) {
                lines.add("");
                TextTable shown = new TextTable("SETTING", "VALUE", "FROM");
                for (Shown setting : settings) {
                    String value = setting.value == null ? "(secret)" : setting.value;
                    shown.row(setting.name, value, setting.source);
                }
                lines.addAll(shown.lines());
            }
            return lines;
        }

        private static String ids(List<Integer> brokers) {
            return String.join(",", brokers.stream().map(String::valueOf).toList());
        }
    }
}
