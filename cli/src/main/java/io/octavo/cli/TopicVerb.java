package io.octavo.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `octavo topic`: what is done to topics as a whole.
@Command(
        name = "topic",
        description = "Create, list, describe, delete or alter topics.",
        synopsisSubcommandLabel = "VERB",
        mixinStandardHelpOptions = true,
        subcommands = {
            TopicCreateVerb.class,
            TopicListVerb.class,
            TopicDescribeVerb.class,
            TopicDeleteVerb.class,
            TopicAlterVerb.class
        })
final class TopicVerb implements Runnable {
    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "What about topics? create, list, describe, delete or alter");
    }
}
