package io.octavo.cli;

import io.octavo.client.Client;
import io.octavo.client.GroupAdmin;
import io.octavo.client.GroupAdmin.Detail;
import io.octavo.client.GroupAdmin.Group;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `octavo group list`: a name a line, so that other programs can read it; more with `--lag` or `-o
/// json`.
@Command(name = "list", description = "List groups.", mixinStandardHelpOptions = true)
final class GroupListVerb implements Callable<Integer> {
    private final Streams streams;

    @Mixin private final Bootstrap bootstrap = new Bootstrap();
    @Mixin private final OutputOption output = new OutputOption();

    @Option(names = "--lag", description = "How far behind each of them is.")
    private boolean lag;

    GroupListVerb(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        List<Group> groups;
        try (Client client = bootstrap.open()) {
            groups =
                    new GroupAdmin(client)
                            .describe(null, lag ? Set.of(Detail.PARTITIONS) : Set.of());
        }
        if (output.json()) {
            streams.out().json(Json.document(groups.stream().map(this::listed).toList()));
        } else if (lag) {
            TextTable table = new TextTable("GROUP", "STATE", "TYPE", "RECORDS", "BYTES", "TIME");
            for (Group group : groups) {
                GroupLag all = GroupLag.of(group);
                table.row(
                        group.id(),
                        group.state(),
                        group.type(),
                        all.recordsText(),
                        all.bytesText(),
                        all.timeText());
            }
            table.lines().forEach(streams.out()::println);
        } else {
            groups.forEach(group -> streams.out().println(TextTable.text(group.id())));
        }
        return 0;
    }

    private Listed listed(Group group) {
        return new Listed(
                group.id(),
                group.state(),
                group.type(),
                group.protocolType(),
                lag ? GroupLag.of(group) : null);
    }

    /// A group in the JSON list.
    record Listed(
            String name, String state, String type, String protocolType, @Nullable GroupLag lag) {}
}
