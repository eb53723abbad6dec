package io.octavo.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `octavo log`: what is in a data directory's files; no broker is needed.
@Command(
        name = "log",
        description = "Look into a log's files.",
        synopsisSubcommandLabel = "VERB",
        mixinStandardHelpOptions = true,
        subcommands = {LogDumpVerb.class, LogVerifyVerb.class})
final class LogVerb implements Runnable {
    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "What about a log? dump, verify");
    }
}
