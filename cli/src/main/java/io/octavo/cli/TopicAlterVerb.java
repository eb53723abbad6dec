package io.octavo.cli;

import io.octavo.client.Admin;
import io.octavo.client.Client;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `octavo topic alter NAME`: more partitions, other settings.
@Command(
        name = "alter",
        description = "Add partitions to a topic, change its settings.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Example: octavo topic alter clicks --set retention.ms=60000 --unset segment.bytes"
        })
final class TopicAlterVerb implements Callable<Integer> {
    private final Streams streams;

    @Spec private CommandSpec spec;

    @Mixin private final Bootstrap bootstrap = new Bootstrap();

    @Parameters(paramLabel = "NAME")
    private String name = "";

    @Option(
            names = {"-p", "--partitions"},
            paramLabel = "N",
            description = "How many it has afterwards: more than now.")
    private @Nullable Integer partitions;

    @Option(
            names = "--set",
            paramLabel = "SETTING=VALUE",
            description = "Gives the topic a setting of its own; may be repeated.")
    private Map<String, String> set = new LinkedHashMap<>();

    @Option(
            names = "--unset",
            paramLabel = "SETTING",
            description = "Takes it away, so that the broker's default counts; may be repeated.")
    private List<String> unset = List.of();

    TopicAlterVerb(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        Map<String, @Nullable String> changes = new LinkedHashMap<>(set);
        for (String setting : unset) {
            if (set.containsKey(setting)) {
                throw new ParameterException(
                        spec.commandLine(), "'" + setting + "' is both set and unset.");
            }
            changes.put(setting, null);
        }
        if (changes.isEmpty() && partitions == null) {
            throw new ParameterException(
                    spec.commandLine(), "Nothing to alter: --partitions, --set or --unset?");
        }
        try (Client client = bootstrap.open()) {
            Admin admin = new Admin(client);
            if (!changes.isEmpty()) {
                admin.alterTopic(name, changes);
                streams.err().println("changed " + changes.keySet() + " of topic " + name);
            }
            if (partitions != null) {
                admin.addPartitions(name, partitions);
                streams.err().println("topic " + name + " has " + partitions + " partitions");
            }
        }
        return 0;
    }
}
