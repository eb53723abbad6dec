package io.octavo.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `octavo version`: the version of the program, and of the Java that runs it.
@Command(name = "version", description = "Print the version.")
final class VersionVerb implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine()
                .getOut()
                .println("octavo " + Version.current() + " (Java " + Runtime.version() + ")");
        return 0;
    }
}
