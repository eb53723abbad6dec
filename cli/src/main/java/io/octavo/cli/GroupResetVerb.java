package io.octavo.cli;

import io.octavo.client.Admin;
import io.octavo.client.Client;
import io.octavo.client.GroupAdmin;
import io.octavo.client.Position;
import io.octavo.client.TopicPartition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `octavo group reset NAME --topic TOPIC --to PLACE`
@Command(
        name = "reset",
        description = "Have a group that has no members go on elsewhere in a topic.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Example: octavo group reset billing --topic clicks --to timestamp 2026-01-31T12:00"
        })
final class GroupResetVerb implements Callable<Integer> {
    private final Streams streams;

    @Mixin private final Bootstrap bootstrap = new Bootstrap();
    @Mixin private final OutputOption output = new OutputOption();
    @Mixin private final PartitionsOption partitions = new PartitionsOption();

    @Parameters(paramLabel = "NAME")
    private String name = "";

    @Option(
            names = {"-t", "--topic"},
            paramLabel = "TOPIC",
            required = true)
    private String topic = "";

    @Option(
            names = "--to",
            paramLabel = "PLACE",
            required = true,
            parameterConsumer = From.class,
            description = "beginning, end, offset N or timestamp T.")
    private Position to = Position.BEGINNING;

    @Option(names = "--dry-run", description = "Only say where that is.")
    private boolean dryRun;

    GroupResetVerb(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        Map<TopicPartition, Long> offsets;
        try (Client client = bootstrap.open()) {
            Admin admin = new Admin(client);
            List<TopicPartition> wanted = partitions.of(admin.describeTopic(topic));
            offsets = offsets(admin, wanted, to);
            if (to instanceof Position.At(long offset)) {
                refuseOutside(admin, wanted, offset);
            }
            if (!dryRun) {
                new GroupAdmin(client).commit(name, offsets);
            }
        }
        List<Place> places = new ArrayList<>();
        offsets.forEach((partition, offset) ->
                places.add(new Place(partition.topic(), partition.partition(), offset)));
        places.sort(Comparator.comparingInt(Place::partition));
        if (output.json()) {
            streams.out().json(Json.document(places));
        } else {
            TextTable table = new TextTable("TOPIC", "PARTITION", "OFFSET");
            places.forEach(place -> table.row(place.topic, place.partition, place.offset));
            table.lines().forEach(streams.out()::println);
        }
        return 0;
    }

    private static Map<TopicPartition, Long> offsets(
            Admin admin, List<TopicPartition> partitions, Position position) {
        return admin.offsets(partitions.stream().collect(Collectors.toMap(p -> p, _ -> position)));
    }

    private static void refuseOutside(Admin admin, List<TopicPartition> partitions, long offset) {
        Map<TopicPartition, Long> begins = offsets(admin, partitions, Position.BEGINNING);
        Map<TopicPartition, Long> ends = offsets(admin, partitions, Position.END);
        for (TopicPartition partition : partitions) {
            long begin = begins.getOrDefault(partition, 0L);
            long end = ends.getOrDefault(partition, 0L);
            if (offset < begin || offset > end) {
                throw new Failure(
                        ("%s begins at offset %d and ends at %d, and %d is not between them;"
                                        + " nothing was changed. --partition chooses others")
                                .formatted(partition, begin, end, offset));
            }
        }
    }

    /// Where a partition goes on.
    record Place(String topic, int partition, long offset) {}
}
