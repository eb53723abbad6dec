package io.octavo.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The tools that Apache Kafka ships as shell scripts, by the classes behind them.
public enum KafkaTool {
    TOPICS("org.apache.kafka.tools.TopicCommand"),
    CONFIGS("kafka.admin.ConfigCommand"),
    CONSOLE_PRODUCER("org.apache.kafka.tools.ConsoleProducer"),
    CONSOLE_CONSUMER("org.apache.kafka.tools.consumer.ConsoleConsumer"),
    GET_OFFSETS("org.apache.kafka.tools.GetOffsetShell"),
    GROUPS("org.apache.kafka.tools.consumer.group.ConsumerGroupCommand"),
    DELETE_RECORDS("org.apache.kafka.tools.DeleteRecordsCommand"),
    LOG_DIRS("org.apache.kafka.tools.LogDirsCommand"),
    REASSIGN("org.apache.kafka.tools.reassign.ReassignPartitionsCommand"),
    DUMP_LOG("org.apache.kafka.tools.DumpLogSegments");

    private static final long RUN_WAIT_SECONDS = 120;

    /// A tool says at the end what went wrong.
    private static final int SHOWN_MAX = 4_000;

    private final String mainClass;

    KafkaTool(String mainClass) {
        this.mainClass = mainClass;
    }

    /// Runs the tool against a broker and returns what it printed; the tool must succeed.
    String against(BrokerProcess broker, String... arguments) {
        List<String> all = new ArrayList<>(List.of("--bootstrap-server", broker.address()));
        all.addAll(Arrays.asList(arguments));
        return run(all, null);
    }

    /// The same with `input` as its standard input.
    String against(BrokerProcess broker, Path input, String... arguments) {
        List<String> all = new ArrayList<>(List.of("--bootstrap-server", broker.address()));
        all.addAll(Arrays.asList(arguments));
        return run(all, input);
    }

    /// Runs the tool on files.
    public String on(String... arguments) {
        return run(Arrays.asList(arguments), null);
    }

    private String run(List<String> arguments, @Nullable Path input) {
        List<String> command = Tools.kafka(mainClass, "-XX:TieredStopAtLevel=1", "-Xshare:auto");
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        if (input != null) {
            builder.redirectInput(input.toFile());
        }
        try (Child tool = Child.start(name(), builder)) {
            int code = tool.exitCode(RUN_WAIT_SECONDS);
            assertThat(code).as(arguments + "\n" + end(tool.output())).isZero();
            return tool.output();
        }
    }

    private static String end(String output) {
        return output.substring(Math.max(0, output.length() - SHOWN_MAX));
    }
}
