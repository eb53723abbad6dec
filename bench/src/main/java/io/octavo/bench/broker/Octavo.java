package io.octavo.bench.broker;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Octavo as a user starts it: through its launcher, with no settings but where to listen, where
/// its data is, and whether records are forced. The launcher replaces itself by the JVM, so its
/// process id is the broker's; its own work is part of the start.
///
/// @param version as `octavo version` says it
/// @param launcher `bin/octavo`
/// @param durability `os`, which is what Apache Kafka does, or `fsync`
/// @param more settings
/// @param jvmOptions behind those that the launcher has, and those that it is given from outside
public record Octavo(
        String version,
        Path launcher,
        String durability,
        Map<String, String> more,
        List<String> jvmOptions)
        implements Broker {
    /// Where the launcher takes JVM options from.
    private static final String JVM_OPTIONS = "OCTAVO_JVM_OPTIONS";

    @Override
    public String name() {
        return "Octavo " + version + ", " + durability;
    }

    @Override
    public void prepare(Path home, int port) {}

    @Override
    public ProcessBuilder serve(Path home, int port) {
        List<String> command = new ArrayList<>(List.of(launcher.toString(), "server"));
        command.addAll(List.of("--data", Server.data(home).toString()));
        command.addAll(List.of("--listen", "localhost:" + port));
        command.addAll(List.of("--set", "durability=" + durability));
        more.forEach((name, value) -> command.addAll(List.of("--set", name + "=" + value)));
        ProcessBuilder process = new ProcessBuilder(command);
        for (String option : jvmOptions) {
            process.environment().merge(JVM_OPTIONS, option, (all, one) -> all + " " + one);
        }
        return process;
    }

    @Override
    public Broker with(Map<String, String> settings) {
        return new Octavo(version, launcher, durability, settings, jvmOptions);
    }

    @Override
    public Broker withJvmOptions(List<String> options) {
        return new Octavo(version, launcher, durability, more, options);
    }

    @Override
    public Map<String, String> unforced() {
        return Map.of("durability", "os");
    }
}
