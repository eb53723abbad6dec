package io.octavo.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `octavo partition`: what is done to one partition's files.
@Command(
        name = "partition",
        description = "Take over a partition's files.",
        synopsisSubcommandLabel = "VERB",
        mixinStandardHelpOptions = true,
        subcommands = PartitionAdoptVerb.class)
final class PartitionVerb implements Runnable {
    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "What about a partition? adopt");
    }
}
