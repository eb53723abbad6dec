package io.octavo.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `octavo group`: consumer groups, how far they have come, and where they go on.
@Command(
        name = "group",
        description =
                "Consumer groups: their members, offsets, lag and history; reset or delete them.",
        synopsisSubcommandLabel = "VERB",
        mixinStandardHelpOptions = true,
        subcommands = {
            GroupListVerb.class,
            GroupDescribeVerb.class,
            GroupLagVerb.class,
            GroupHistoryVerb.class,
            GroupResetVerb.class,
            GroupDeleteVerb.class
        })
final class GroupVerb implements Runnable {
    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "What about groups? list, describe, lag, history, reset or delete");
    }
}
