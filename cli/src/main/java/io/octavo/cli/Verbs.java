package io.octavo.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The verbs that picocli dispatches; a new verb is a new class and one entry in `subcommands`.
///
/// A verb is a `Callable<Integer>` (its exit code) or a `Runnable`. It prints its result to its
/// command line's `out`, and throws [Failure] for what the user can mend.
@Command(
        name = "octavo",
        description = "A log broker that speaks Kafka's protocol.",
        synopsisSubcommandLabel = "VERB",
        subcommands = {ServerVerb.class, VersionVerb.class, HelpCommand.class})
final class Verbs implements Runnable {
    static final int FAULT = 70;

    @Spec private CommandSpec spec;

    /// Runs the verb that `args` begins with.
    ///
    /// @return the exit code
    static int run(PrintStream out, PrintStream err, String... args) {
        CommandLine line = new CommandLine(new Verbs());
        line.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
        line.setExecutionExceptionHandler(Verbs::report);
        return line.execute(args);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which verb?");
    }

    private static int report(Exception thrown, CommandLine line, CommandLine.ParseResult parsed) {
        if (thrown instanceof Failure failure) {
            failure.lines().forEach(text -> line.getErr().println("octavo: " + text));
            return failure.exitCode();
        }
        thrown.printStackTrace(line.getErr());
        return FAULT;
    }
}
