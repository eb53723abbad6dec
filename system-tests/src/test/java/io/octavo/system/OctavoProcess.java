package io.octavo.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Our broker, started as a user starts it.
record OctavoProcess(String address, Child child, Path data, List<String> settings)
        implements BrokerProcess {
    private static final long READY_WAIT_MS = 20_000;
    private static final Pattern READY = Pattern.compile("ready on ([^ ,]+:\\d+)");

    /// Starts a broker on the records in `data`, on a port of the system's choice.
    ///
    /// @param settings `name=value`
    static OctavoProcess start(Path data, String... settings) {
        return listening("127.0.0.1:0", data, List.of(settings), "");
    }

    /// The same, with more options for its JVM.
    static OctavoProcess startWith(String jvmOptions, Path data, String... settings) {
        return listening("127.0.0.1:0", data, List.of(settings), jvmOptions);
    }

    private static OctavoProcess listening(
            String listen, Path data, List<String> settings, String jvmOptions) {
        List<String> command = new ArrayList<>(List.of("server", "--data", data.toString()));
        command.addAll(List.of("--listen", listen));
        for (String setting : settings) {
            command.add("--set");
            command.add(setting);
        }
        Child child = octavo(command, jvmOptions);
        try {
            String ready = child.awaitLine(line -> READY.matcher(line).find(), READY_WAIT_MS);
            Matcher address = READY.matcher(ready);
            assertThat(address.find()).as(ready).isTrue();
            return new OctavoProcess(address.group(1), child, data, settings);
        } catch (AssertionError notReady) {
            child.close();
            throw notReady;
        }
    }

    /// Runs `bin/octavo` with these arguments.
    static Child octavo(List<String> arguments) {
        return octavo(arguments, "");
    }

    static Child octavo(List<String> arguments, String jvmOptions) {
        Path launcher = Tools.ROOT.resolve("bin/octavo");
        assertThat(Files.isDirectory(Tools.ROOT.resolve("cli/target/dist/lib")))
                .as("a distribution: mvn -pl cli -am -DskipTests package")
                .isTrue();
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        if (!jvmOptions.isEmpty()) {
            builder.environment().put("OCTAVO_JVM_OPTIONS", jvmOptions);
        }
        return Child.start("octavo", builder);
    }

    int port() {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    @Override
    public Path logDirectory() {
        return data;
    }

    @Override
    public OctavoProcess restart() {
        assertThat(child.isAlive()).isFalse();
        return listening(address, data, settings, "");
    }
}
