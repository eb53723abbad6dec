package io.octavo.cli;

import io.octavo.client.Client;
import io.octavo.client.GroupAdmin;
import io.octavo.client.GroupAdmin.Detail;
import io.octavo.client.GroupAdmin.Group;
import io.octavo.client.GroupAdmin.GroupPartition;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `octavo group lag [NAME...]`: what each partition has that a group has not consumed.
@Command(
        name = "lag",
        description = "Show how far behind groups are, in records, bytes and time.",
        mixinStandardHelpOptions = true)
final class GroupLagVerb implements Callable<Integer> {
    private final Streams streams;

    @Mixin private final Bootstrap bootstrap = new Bootstrap();
    @Mixin private final OutputOption output = new OutputOption();

    @Parameters(paramLabel = "NAME", arity = "0..*", description = "Without one, all groups.")
    private List<String> names = List.of();

    GroupLagVerb(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        List<Group> groups;
        try (Client client = bootstrap.open()) {
            groups =
                    new GroupAdmin(client)
                            .describe(names.isEmpty() ? null : names, Set.of(Detail.PARTITIONS));
        }
        List<Behind> all = new ArrayList<>();
        for (Group group : groups) {
            for (GroupPartition its : group.partitions()) {
                all.add(
                        new Behind(
                                group.id(),
                                its.topic(),
                                its.partition(),
                                its.lag().stableRecords(),
                                GroupLag.of(its)));
            }
        }
        if (output.json()) {
            streams.out().json(Json.document(all));
        } else {
            TextTable table =
                    new TextTable("GROUP", "TOPIC", "PARTITION", "RECORDS", "BYTES", "TIME");
            all.forEach(one -> one.row(table));
            table.lines().forEach(streams.out()::println);
        }
        return 0;
    }

    /// A line.
    ///
    /// @param stableRecords of `lag`, those of which every transaction is decided
    record Behind(String group, String topic, int partition, long stableRecords, GroupLag lag) {
        void row(TextTable table) {
            table.row(group, topic, partition, lag.recordsText(), lag.bytesText(), lag.timeText());
        }
    }
}
