package io.octavo.cli;

import io.octavo.client.Client;
import io.octavo.client.GroupAdmin;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `octavo group delete NAME...`
@Command(
        name = "delete",
        description = "Delete groups that have no members, with their offsets.",
        mixinStandardHelpOptions = true)
final class GroupDeleteVerb implements Callable<Integer> {
    private final Streams streams;

    @Mixin private final Bootstrap bootstrap = new Bootstrap();

    @Parameters(paramLabel = "NAME", arity = "1..*")
    private List<String> names = List.of();

    GroupDeleteVerb(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        try (Client client = bootstrap.open()) {
            GroupAdmin admin = new GroupAdmin(client);
            for (String name : names) {
                admin.delete(name);
                streams.err().println("deleted group " + name);
            }
        }
        return 0;
    }
}
