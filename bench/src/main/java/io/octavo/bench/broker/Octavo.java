package io.octavo.bench.broker;

import java.nio.file.Path;
import java.util.Map;

/// Octavo as a user starts it: through its launcher, with no settings but where to listen, where
/// its data is, and whether records are forced. The launcher replaces itself by the JVM, so its
/// process id is the broker's; its own work is part of the start.
///
/// @param version as `octavo version` says it
/// @param launcher `bin/octavo`
/// @param durability `os`, which is what Apache Kafka does, or `fsync`
public record Octavo(String version, Path launcher, String durability) implements Broker {
    @Override
    public String name() {
        return "Octavo " + version + ", " + durability;
    }

    @Override
    public void prepare(Path home, int port) {}

    @Override
    public ProcessBuilder serve(Path home, int port) {
        return new ProcessBuilder(
                launcher.toString(),
                "server",
                "--data",
                home.resolve("data").toString(),
                "--listen",
                "localhost:" + port,
                "--set",
                "durability=" + durability);
    }

    @Override
    public Map<String, String> unforced() {
        return Map.of("durability", "os");
    }
}
