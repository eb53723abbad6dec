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
public record Octavo(String version, Path launcher, String durability, Map<String, String> more)
        implements Broker {
    @Override
    public String name() {
        return "Octavo " + version + ", " + durability;
    }

    @Override
    public void prepare(Path home, int port) {}

    @Override
    public ProcessBuilder serve(Path home, int port) {
        List<String> command = new ArrayList<>(List.of(launcher.toString(), "server"));
        command.addAll(List.of("--data", home.resolve("data").toString()));
        command.addAll(List.of("--listen", "localhost:" + port));
        command.addAll(List.of("--set", "durability=" + durability));
        more.forEach((name, value) -> command.addAll(List.of("--set", name + "=" + value)));
        return new ProcessBuilder(command);
    }

    @Override
    public Broker with(Map<String, String> settings) {
        return new Octavo(version, launcher, durability, settings);
    }

    @Override
    public Map<String, String> unforced() {
        return Map.of("durability", "os");
    }
}
