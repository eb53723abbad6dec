package io.octavo.cli;

import io.octavo.client.Admin;
import io.octavo.client.Client;
import io.octavo.client.Refused;
import io.octavo.protocol.api.ErrorCode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `octavo topic create NAME`
@Command(
        name = "create",
        description = "Create a topic.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Example: octavo topic create clicks --partitions 8 --set retention.ms=3600000"
        })
final class TopicCreateVerb implements Callable<Integer> {
    private final Streams streams;

    @Spec private CommandSpec spec;

    @Mixin private final Bootstrap bootstrap = new Bootstrap();

    @Parameters(paramLabel = "NAME", description = "Letters, digits, '.', '_' and '-'.")
    private String name = "";

    @Option(
            names = {"-p", "--partitions"},
            paramLabel = "N",
            description = "How many; default: the broker's num.partitions.")
    private int partitions = Admin.BROKER_DEFAULT;

    @Option(
            names = "--replicas",
            paramLabel = "N",
            description = "Copies of each; default: the broker's default.replication.factor.")
    private int replicas = Admin.BROKER_DEFAULT;

    @Option(
            names = "--set",
            paramLabel = "SETTING=VALUE",
            description = "A setting of the topic's own; may be repeated.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(names = "--if-absent", description = "Fine when there is one of that name already.")
    private boolean ifAbsent;

    TopicCreateVerb(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        if (replicas != Admin.BROKER_DEFAULT && (replicas < 1 || replicas > Short.MAX_VALUE)) {
            throw new ParameterException(
                    spec.commandLine(), "--replicas is between 1 and " + Short.MAX_VALUE + ".");
        }
        try (Client client = bootstrap.open()) {
            new Admin(client).createTopic(name, partitions, replicas, settings);
            streams.err().println("created topic " + name);
        } catch (Refused e) {
            if (!ifAbsent || e.code() != ErrorCode.TOPIC_ALREADY_EXISTS) {
                throw e;
            }
            streams.err().println("there is a topic " + name + " already");
        }
        return 0;
    }
}
