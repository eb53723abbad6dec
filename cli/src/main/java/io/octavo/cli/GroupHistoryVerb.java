package io.octavo.cli;

import io.octavo.client.Client;
import io.octavo.client.GroupAdmin;
import io.octavo.client.GroupAdmin.Detail;
import io.octavo.client.GroupAdmin.Group;
import io.octavo.client.GroupAdmin.Rebalance;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `octavo group history NAME`: its last rebalances, and what made them.
@Command(
        name = "history",
        description = "Show a group's last rebalances and their causes.",
        mixinStandardHelpOptions = true)
final class GroupHistoryVerb implements Callable<Integer> {
    private final Streams streams;

    @Mixin private final Bootstrap bootstrap = new Bootstrap();
    @Mixin private final OutputOption output = new OutputOption();

    @Parameters(paramLabel = "NAME")
    private String name = "";

    GroupHistoryVerb(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        List<Group> groups;
        try (Client client = bootstrap.open()) {
            groups = new GroupAdmin(client).describe(List.of(name), Set.of(Detail.REBALANCES));
        }
        List<Rebalance> rebalances = groups.getFirst().rebalances();
        if (output.json()) {
            streams.out().json(Json.document(rebalances));
        } else {
            TextTable table = new TextTable("TIME", "GENERATION", "CAUSE");
            for (Rebalance one : rebalances) {
                table.row(
                        Instant.ofEpochMilli(one.timeMs()).toString(),
                        one.generation(),
                        one.causes());
            }
            table.lines().forEach(streams.out()::println);
        }
        return 0;
    }
}
