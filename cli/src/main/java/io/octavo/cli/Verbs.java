package io.octavo.cli;

import io.octavo.broker.FileReason;
import io.octavo.client.ClientException;
import io.octavo.client.Unreachable;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The verbs that picocli dispatches; a new verb is a new class and one entry in `subcommands`.
///
/// A verb is a `Callable<Integer>` (its exit code) or a `Runnable`. Its constructor takes
/// [Streams], if it needs them. It throws [Failure] or lets a [ClientException] or [IOException]
/// pass for what the user can mend.
@Command(
        name = "octavo",
        description = "A log broker that speaks Kafka's protocol.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionVerb.class,
        synopsisSubcommandLabel = "VERB",
        subcommands = {
            ServerVerb.class,
            DemoVerb.class,
            TopicVerb.class,
            ProduceVerb.class,
            ConsumeVerb.class,
            GroupVerb.class,
            LogVerb.class,
            PartitionVerb.class,
            VersionVerb.class,
            HelpCommand.class
        })
final class Verbs implements Runnable {
    static final int FAILED = 1;
    static final int FAULT = 70;

    @Spec private CommandSpec spec;

    /// Runs the verb that `args` begins with.
    ///
    /// @return the exit code
    static int run(Streams streams, String... args) {
        CommandLine line = new CommandLine(new Verbs(), new Factory(streams));
        line.setOut(new PrintWriter(streams.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(streams.err(), true, StandardCharsets.UTF_8));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.registerConverter(RecordFormat.class, RecordFormat::parse);
        line.registerConverter(KeySeparator.class, KeySeparator::of);
        line.setExecutionExceptionHandler(Verbs::report);
        int exitCode = line.execute(args);
        return exitCode == 0 ? printed(streams, line) : exitCode;
    }

    /// Many verbs print without looking whether it can be written.
    private static int printed(Streams streams, CommandLine line) {
        try {
            streams.out().arrives();
            return 0;
        } catch (Failure failure) {
            return report(failure, line);
        }
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which verb?");
    }

    private static int report(Exception thrown, CommandLine line, CommandLine.ParseResult parsed) {
        if (thrown instanceof Failure failure) {
            return report(failure, line);
        }
        Throwable cause = thrown instanceof UncheckedIOException ? thrown.getCause() : thrown;
        if (cause instanceof IOException problem) {
            return report(new Failure(FileReason.of(problem)), line);
        }
        if (thrown instanceof ClientException) {
            line.getErr().println("octavo: " + thrown.getMessage());
            if (thrown instanceof Unreachable) {
                line.getErr()
                        .println("'octavo server' starts a broker; --bootstrap names another one");
            }
            return FAILED;
        }
        thrown.printStackTrace(line.getErr());
        return FAULT;
    }

    private static int report(Failure failure, CommandLine line) {
        failure.lines().forEach(text -> line.getErr().println("octavo: " + text));
        return failure.exitCode();
    }

    /// Makes verbs: with the streams where the constructor takes them, else as picocli does.
    private record Factory(Streams streams) implements CommandLine.IFactory {
        @Override
        public <K> K create(Class<K> type) throws Exception {
            for (Constructor<?> constructor : type.getDeclaredConstructors()) {
                if (constructor.getParameterCount() == 1
                        && constructor.getParameterTypes()[0] == Streams.class) {
                    return type.cast(constructor.newInstance(streams));
                }
            }
            return CommandLine.defaultFactory().create(type);
        }
    }
}
