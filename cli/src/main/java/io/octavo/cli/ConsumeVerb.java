package io.octavo.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octavo.client.Admin;
import io.octavo.client.Admin.PartitionDescription;
import io.octavo.client.Client;
import io.octavo.client.Consumer;
import io.octavo.client.ConsumerConfig;
import io.octavo.client.ConsumerRecord;
import io.octavo.client.Position;
import io.octavo.client.TopicPartition;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `octavo consume TOPIC`: prints records, partition by partition in order. Without `--follow` it
/// ends where the partitions ended when it began.
@Command(
        name = "consume",
        description = "Print a topic's records.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "FORMAT has kcat's letters: %%t topic, %%p partition, %%o offset, %%T timestamp, %%k key,"
                    + " %%s value, %%h headers, %%K and %%S the lengths of key and value.",
            "",
            "Example: octavo consume clicks --from timestamp 2026-01-31 --format '%%o %%k: %%s\\n'"
        })
final class ConsumeVerb implements Callable<Integer> {
    /// Long enough to be idle while idle, short enough for the end to be noticed.
    private static final long POLL_MS = 500;

    private final Streams streams;

    @Spec private CommandSpec spec;

    @Mixin private final Bootstrap bootstrap = new Bootstrap();
    @Mixin private final OutputOption output = new OutputOption();

    @Parameters(paramLabel = "TOPIC")
    private String topic = "";

    @Option(
            names = "--from",
            paramLabel = "PLACE",
            parameterConsumer = From.class,
            description =
                    "beginning (the default), end, offset N, or timestamp T (ms since 1970 or"
                            + " ISO 8601).")
    private Position from = Position.BEGINNING;

    @Option(
            names = {"-f", "--follow"},
            description = "Do not stop at the end; wait for more.")
    private boolean follow;

    @Option(
            names = {"-n", "--count"},
            paramLabel = "N",
            description = "Stop after so many records.")
    private long count = Long.MAX_VALUE;

    @Option(
            names = {"-p", "--partition"},
            paramLabel = "N",
            description = "Only this one; may be repeated.")
    private List<Integer> only = List.of();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "%s\\n",
            description = "How a record is printed; default: the value and a line end.")
    private RecordFormat format = RecordFormat.parse("%s\\n");

    /// Where each partition is read to; a partition is taken out when that is reached.
    private final Map<TopicPartition, Long> ends = new HashMap<>();

    private final ByteArrayOutputStream batch = new ByteArrayOutputStream();
    private long printed;

    ConsumeVerb(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        if (count < 1) {
            throw new ParameterException(spec.commandLine(), "--count is at least 1.");
        }
        try (Client client = bootstrap.open();
                Consumer consumer = new Consumer(client, ConsumerConfig.defaults())) {
            start(consumer, new Admin(client));
            while (!ends.isEmpty() && printed < count && !streams.out().checkError()) {
                consumer.poll(POLL_MS).forEach(this::print);
                streams.out().write(batch.toByteArray(), 0, batch.size());
                streams.out().flush();
                batch.reset();
                forgetFinished(consumer);
            }
        }
        return 0;
    }

    /// Fixes where each partition begins and ends, so that it is known which are done already.
    private void start(Consumer consumer, Admin admin) {
        List<TopicPartition> partitions =
                admin.describeTopic(topic).partitions().stream()
                        .map(PartitionDescription::index)
                        .filter(index -> only.isEmpty() || only.contains(index))
                        .map(index -> new TopicPartition(topic, index))
                        .toList();
        if (partitions.isEmpty()) {
            throw new Failure("topic " + topic + " has no partition " + only);
        }
        Map<TopicPartition, Long> starts = offsets(consumer, partitions, from);
        Map<TopicPartition, Long> lasts = offsets(consumer, partitions, Position.END);
        for (TopicPartition partition : partitions) {
            long start = starts.getOrDefault(partition, 0L);
            long end = lasts.getOrDefault(partition, 0L);
            if (start > end) {
                throw new Failure(
                        "%s ends at offset %d, before %d; --partition chooses others"
                                .formatted(partition, end, start));
            }
            if (follow || start < end) {
                ends.put(partition, follow ? Long.MAX_VALUE : end);
                consumer.seek(partition, Position.at(start));
            }
        }
    }

    private static Map<TopicPartition, Long> offsets(
            Consumer consumer, List<TopicPartition> partitions, Position position) {
        return consumer.offsets(
                partitions.stream().collect(Collectors.toMap(p -> p, _ -> position)));
    }

    private void forgetFinished(Consumer consumer) {
        List<TopicPartition> finished =
                ends.entrySet().stream()
                        .filter(entry -> consumer.position(entry.getKey()) >= entry.getValue())
                        .map(Map.Entry::getKey)
                        .toList();
        ends.keySet().removeAll(finished);
        consumer.forget(finished);
    }

    private void print(ConsumerRecord record) {
        if (printed == count || record.offset() >= ends.getOrDefault(record.partition(), 0L)) {
            return;
        }
        printed++;
        if (output.json()) {
            batch.writeBytes((json(record) + "\n").getBytes(StandardCharsets.UTF_8));
        } else {
            format.print(record, batch);
        }
    }

    /// A record on one line; bytes as text where they are UTF-8.
    static String json(ConsumerRecord record) {
        ObjectNode node = Json.object();
        node.put("topic", record.partition().topic());
        node.put("partition", record.partition().partition());
        node.put("offset", record.offset());
        node.put("timestamp", record.timestamp());
        Json.putRecord(node, record.key(), record.value(), record.headers());
        return Json.line(node);
    }
}
