package io.octavo.cli;

import io.octavo.client.Client;
import io.octavo.client.GroupAdmin;
import io.octavo.client.GroupAdmin.Detail;
import io.octavo.client.GroupAdmin.Group;
import io.octavo.client.GroupAdmin.GroupPartition;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `octavo group describe NAME...`: state, and for each partition how far it has come and who
/// consumes it.
@Command(name = "describe", description = "Describe groups.", mixinStandardHelpOptions = true)
final class GroupDescribeVerb implements Callable<Integer> {
    private final Streams streams;

    @Mixin private final Bootstrap bootstrap = new Bootstrap();
    @Mixin private final OutputOption output = new OutputOption();

    @Parameters(paramLabel = "NAME", arity = "1..*")
    private List<String> names = List.of();

    GroupDescribeVerb(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        List<Group> groups;
        try (Client client = bootstrap.open()) {
            groups = new GroupAdmin(client).describe(names, Set.of(Detail.PARTITIONS));
        }
        if (output.json()) {
            streams.out().json(Json.document(groups));
            return 0;
        }
        for (Group group : groups) {
            streams.out()
                    .println(
                            TextTable.text(
                                    "group "
                                            + group.id()
                                            + ", "
                                            + group.type()
                                            + ", "
                                            + group.state()));
            streams.out().println();
            table(group).lines().forEach(streams.out()::println);
        }
        return 0;
    }

    private static TextTable table(Group group) {
        TextTable table =
                new TextTable(
                        "TOPIC",
                        "PARTITION",
                        "OFFSET",
                        "END",
                        "RECORDS",
                        "BYTES",
                        "TIME",
                        "CLIENT",
                        "HOST",
                        "MEMBER");
        for (GroupPartition its : group.partitions()) {
            GroupLag lag = GroupLag.of(its);
            table.row(
                    its.topic(),
                    its.partition(),
                    its.committedOffset() < 0 ? "-" : Amount.count(its.committedOffset()),
                    its.highWatermark() < 0 ? "-" : Amount.count(its.highWatermark()),
                    lag.recordsText(),
                    lag.bytesText(),
                    lag.timeText(),
                    its.clientId(),
                    its.clientHost(),
                    its.memberId());
        }
        return table;
    }
}
