package io.octavo.cli;

import io.octavo.client.Admin;
import io.octavo.client.Client;
import io.octavo.client.Consumer;
import io.octavo.client.ConsumerConfig;
import io.octavo.client.ConsumerRecord;
import io.octavo.client.Position;
import io.octavo.client.Refused;
import io.octavo.client.TopicPartition;
import io.octavo.client.group.GroupConsumerConfig;
import io.octavo.client.group.GroupProtocol;
import io.octavo.client.group.Subscription;
import io.octavo.ports.Clock;
import io.octavo.ports.Deadline;
import io.octavo.protocol.api.ErrorCode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `octavo consume TOPIC`: prints records, partition by partition in order. Without `--follow` it
/// ends where the partitions ended when it began; as a member of a group, when it has come to the
/// end of those it has.
@Command(
        name = "consume",
        description = "Print the records of a topic, or as a member of a group those of several.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "FORMAT has kcat's letters: %%t topic, %%p partition, %%o offset, %%T timestamp, %%k key,"
                    + " %%s value, %%h headers, %%K and %%S the lengths of key and value.",
            "",
            "Examples: octavo consume clicks --from timestamp 2026-01-31 --format '%%o %%k: %%s\\n'",
            "          octavo consume --group billing --follow clicks orders"
        })
final class ConsumeVerb implements Callable<Integer> {
    /// Long enough to be idle while idle, short enough for the end to be noticed.
    private static final long POLL_MS = 500;

    /// How often is looked for new partitions.
    private static final long LOOK_MS = 3_000;

    private static final Clock CLOCK = Clock.system();

    private final Streams streams;

    @Spec private CommandSpec spec;

    @Mixin private final Bootstrap bootstrap = new Bootstrap();
    @Mixin private final OutputOption output = new OutputOption();
    @Mixin private final PartitionsOption only = new PartitionsOption();

    @Parameters(
            paramLabel = "TOPIC",
            arity = "0..*",
            description = "One; with --group one or more.")
    private List<String> topics = List.of();

    @Option(
            names = {"-g", "--group"},
            paramLabel = "NAME",
            description =
                    "Read as a member of this consumer group: its members share the partitions,"
                            + " and go on where the group has come.")
    private @Nullable String group;

    @Option(
            names = "--topics-regex",
            paramLabel = "REGEX",
            description = "With --group: all topics whose whole names match, later ones too.")
    private @Nullable Pattern regex;

    @Option(
            names = "--group-protocol",
            paramLabel = "PROTOCOL",
            description =
                    "With --group: consumer (KIP-848) or classic; by default the first, where the"
                            + " broker lets it.")
    private GroupProtocol protocol = GroupProtocol.ANY;

    @Option(
            names = "--from",
            paramLabel = "PLACE",
            parameterConsumer = From.class,
            description =
                    "beginning (the default), end, offset N, or timestamp T (ms since 1970 or"
                            + " ISO 8601). With --group it is for partitions in which the group has"
                            + " committed nothing.")
    private Position from = Position.BEGINNING;

    @Option(
            names = {"-f", "--follow"},
            description = "Do not stop at the end; wait for more. Ctrl-C ends it.")
    private boolean follow;

    @Option(
            names = {"-n", "--count"},
            paramLabel = "N",
            description = "Stop after so many records.")
    private long count = Long.MAX_VALUE;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "%s\\n",
            description = "How a record is printed; default: the value and a line end.")
    private RecordFormat format = RecordFormat.parse("%s\\n");

    /// Where each partition is read to; a partition is taken out when that is reached.
    private final Map<TopicPartition, Long> ends = new HashMap<>();

    private long printed;

    ConsumeVerb(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        if (count < 1) {
            throw usage("--count is at least 1.");
        }
        RecordPrinter printer = new RecordPrinter(streams, format, output.json());
        try (Client client = bootstrap.open()) {
            if (group != null) {
                new GroupReading(client, member(group), subscription(client), printer)
                        .print(count, follow);
            } else {
                alone(client, printer);
            }
        }
        return 0;
    }

    private void alone(Client client, RecordPrinter printer) {
        if (topics.size() != 1 || regex != null) {
            throw usage("Which topic? Only a --group reads several.");
        }
        try (Consumer consumer = new Consumer(client, ConsumerConfig.defaults())) {
            start(topics.getFirst(), consumer, new Admin(client));
            boolean isRead = true;
            Deadline look = Deadline.after(CLOCK, LOOK_MS);
            while (isRead && !ends.isEmpty() && printed < count) {
                poll(consumer).forEach(record -> print(record, printer));
                isRead = printer.flush();
                forgetFinished(consumer);
                if (follow && !only.isGiven() && look.passed(CLOCK)) {
                    takeNew(topics.getFirst(), consumer, new Admin(client));
                    look = Deadline.after(CLOCK, LOOK_MS);
                }
            }
        }
    }

    /// Goes on where a log begins now if its records went before they were read.
    private List<ConsumerRecord> poll(Consumer consumer) {
        try {
            return consumer.poll(POLL_MS);
        } catch (Refused refused) {
            if (refused.code() != ErrorCode.OFFSET_OUT_OF_RANGE || !skipGone(consumer)) {
                throw refused;
            }
            return List.of();
        }
    }

    private boolean skipGone(Consumer consumer) {
        Map<TopicPartition, Long> starts =
                offsets(consumer, List.copyOf(ends.keySet()), Position.BEGINNING);
        boolean skipped = false;
        for (Map.Entry<TopicPartition, Long> at : consumer.positions().entrySet()) {
            long start = starts.getOrDefault(at.getKey(), 0L);
            if (at.getValue() < start) {
                streams.err()
                        .println(
                                "octavo: %s begins at offset %d now: %d are gone"
                                        .formatted(at.getKey(), start, start - at.getValue()));
                consumer.seek(at.getKey(), Position.at(start));
                skipped = true;
            }
        }
        return skipped;
    }

    /// Partitions that the topic was given since.
    private void takeNew(String topic, Consumer consumer, Admin admin) {
        for (TopicPartition partition : only.of(admin.describeTopic(topic))) {
            if (ends.putIfAbsent(partition, Long.MAX_VALUE) == null) {
                consumer.seek(partition, Position.BEGINNING);
            }
        }
    }

    private GroupConsumerConfig member(String name) {
        if (only.isGiven()) {
            throw usage("A --group divides the partitions itself: leave out --partition.");
        }
        if (name.isEmpty()) {
            throw usage("--group: a group has a name.");
        }
        return GroupConsumerConfig.of(name, from).withProtocol(protocol);
    }

    private Subscription subscription(Client client) {
        if (regex != null) {
            if (!topics.isEmpty()) {
                throw usage("Either name topics or give --topics-regex.");
            }
            Pattern all = regex;
            if (!follow
                    && new Admin(client)
                            .listTopics(false).stream()
                                    .noneMatch(topic -> all.matcher(topic.name()).matches())) {
                throw new Failure("no topic's whole name matches " + all);
            }
            return new Subscription.Matching(all);
        }
        if (topics.isEmpty()) {
            throw usage("Which topics? Name them, or give --topics-regex.");
        }
        Admin admin = new Admin(client);
        topics.forEach(admin::describeTopic);
        return new Subscription.Names(Set.copyOf(topics));
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /// Fixes where each partition begins and ends, so that it is known which are done already.
    private void start(String topic, Consumer consumer, Admin admin) {
        List<TopicPartition> partitions = only.of(admin.describeTopic(topic));
        Map<TopicPartition, Long> starts = offsets(consumer, partitions, from);
        Map<TopicPartition, Long> lasts = offsets(consumer, partitions, Position.END);
        Map<TopicPartition, Long> firsts =
                from instanceof Position.At
                        ? offsets(consumer, partitions, Position.BEGINNING)
                        : Map.of();
        for (TopicPartition partition : partitions) {
            long start = starts.getOrDefault(partition, 0L);
            long end = lasts.getOrDefault(partition, 0L);
            if (start > end) {
                throw new Failure(
                        "%s ends at offset %d, before %d; --partition chooses others"
                                .formatted(partition, end, start));
            }
            if (start < firsts.getOrDefault(partition, 0L)) {
                throw new Failure(
                        "%s begins at offset %d, behind %d; --partition chooses others"
                                .formatted(partition, firsts.get(partition), start));
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
        Map<TopicPartition, Long> positions = consumer.positions();
        List<TopicPartition> finished =
                ends.entrySet().stream()
                        .filter(entry ->
                                positions.getOrDefault(entry.getKey(), -1L) >= entry.getValue())
                        .map(Map.Entry::getKey)
                        .toList();
        ends.keySet().removeAll(finished);
        consumer.forget(finished);
    }

    private void print(ConsumerRecord record, RecordPrinter printer) {
        if (printed == count || record.offset() >= ends.getOrDefault(record.partition(), 0L)) {
            return;
        }
        printed++;
        printer.print(record);
    }
}
