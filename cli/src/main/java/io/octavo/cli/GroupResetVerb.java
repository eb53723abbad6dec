package io.octavo.cli;

import io.octavo.client.Admin;
import io.octavo.client.Admin.PartitionDescription;
import io.octavo.client.Client;
import io.octavo.client.GroupAdmin;
import io.octavo.client.Position;
import io.octavo.client.TopicPartition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
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

    @Parameters(paramLabel = "NAME")
    private String name = "";

    @Option(
            names = {"-t", "--topic"},
            paramLabel = "TOPIC",
            required = true)
    private String topic = "";

    @Option(
            names = {"-p", "--partition"},
            paramLabel = "N",
            description = "May be repeated; without it all partitions.")
    private List<Integer> partitions = List.of();

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
            offsets = admin.offsets(positions(admin));
            if (!dryRun) {
                new GroupAdmin(client).commit(name, offsets);
            }
        }
        List<Place> places = new ArrayList<>();
        offsets.forEach((partition, offset) ->
                places.add(new Place(partition.topic(), partition.partition(), offset)));
        places.sort(Comparator.comparingInt(Place::partition));
        if (output.json()) {
            streams.out().println(Json.document(places));
        } else {
            TextTable table = new TextTable("TOPIC", "PARTITION", "OFFSET");
            places.forEach(place -> table.row(place.topic, place.partition, place.offset));
            table.lines().forEach(streams.out()::println);
        }
        return 0;
    }

    private Map<TopicPartition, Position> positions(Admin admin) {
        Map<TopicPartition, Position> wanted = new HashMap<>();
        for (PartitionDescription partition : admin.describeTopic(topic).partitions()) {
            if (partitions.isEmpty() || partitions.contains(partition.index())) {
                wanted.put(new TopicPartition(topic, partition.index()), to);
            }
        }
        return wanted;
    }

    /// Where a partition goes on.
    record Place(String topic, int partition, long offset) {}
}
