package io.octavo.cli;

import io.octavo.client.Admin;
import io.octavo.client.Client;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `octavo topic delete NAME...`
@Command(
        name = "delete",
        description = "Delete topics with all their records.",
        mixinStandardHelpOptions = true)
final class TopicDeleteVerb implements Callable<Integer> {
    private final Streams streams;

    @Mixin private final Bootstrap bootstrap = new Bootstrap();

    @Parameters(paramLabel = "NAME", arity = "1..*")
    private List<String> names = List.of();

    TopicDeleteVerb(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        try (Client client = bootstrap.open()) {
            Admin admin = new Admin(client);
            for (String name : names) {
                admin.deleteTopic(name);
                streams.err().println("deleted topic " + name);
            }
        }
        return 0;
    }
}
