package io.octavo.bench.broker;

import java.nio.file.Path;
import java.util.Map;

/// Octavo as a user starts it: through its launcher, with no settings but where to listen and where
/// its data is. The launcher replaces itself by the JVM, so its process id is the broker's; its own
/// work is part of the start.
///
/// @param version as `octavo version` says it
/// @param launcher `bin/octavo`
public record Octavo(String version, Path launcher) implements Broker {
    @Override
    public String name() {
        return "Octavo " + version;
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
                "localhost:" + port);
    }

    @Override
    public Map<String, String> unforced() {
        return Map.of("durability", "os");
    }
}
