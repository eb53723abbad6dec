package io.octavo.cli;

import io.octavo.client.Admin;
import io.octavo.client.Admin.TopicDescription;
import io.octavo.client.Client;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `octavo topic list`: a name a line, so that other programs can read it; more with `-o json`.
@Command(name = "list", description = "List topics.", mixinStandardHelpOptions = true)
final class TopicListVerb implements Callable<Integer> {
    private final Streams streams;

    @Mixin private final Bootstrap bootstrap = new Bootstrap();
    @Mixin private final OutputOption output = new OutputOption();

    @Option(names = "--internal", description = "The cluster's own topics too.")
    private boolean internal;

    TopicListVerb(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        try (Client client = bootstrap.open()) {
            List<TopicDescription> topics = new Admin(client).listTopics(internal);
            if (output.json()) {
                streams.out().json(Json.document(topics.stream().map(Listed::of).toList()));
            } else {
                topics.forEach(topic -> streams.out().println(topic.name()));
            }
        }
        return 0;
    }

    /// A topic in the JSON list.
    record Listed(String name, String id, boolean internal, int partitions) {
        static Listed of(TopicDescription topic) {
            return new Listed(
                    topic.name(),
                    topic.id().toString(),
                    topic.internal(),
                    topic.partitions().size());
        }
    }
}
