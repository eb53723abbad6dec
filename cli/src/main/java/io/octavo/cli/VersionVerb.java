package io.octavo.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `octavo version`: the version of the program, and of the Java that runs it.
@Command(
        name = "version",
        description = "Print the version.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionVerb.class)
final class VersionVerb implements Callable<Integer>, IVersionProvider {
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().printVersionHelp(spec.commandLine().getOut());
        return 0;
    }

    @Override
    public String[] getVersion() {
        return new String[] {"octavo " + Version.current() + " (Java " + Runtime.version() + ")"};
    }
}
