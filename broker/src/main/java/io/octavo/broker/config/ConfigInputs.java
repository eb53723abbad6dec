package io.octavo.broker.config;

import java.util.Map;

/// Where a broker's settings come from, strongest first.
///
/// @param commandLine `--set name=value`, and what other options stand for
/// @param environment the whole environment of the process; only `OCTAVO_…` names count
/// @param file the lines of `server.properties`
public record ConfigInputs(
        Map<String, String> commandLine,
        Map<String, String> environment,
        Map<String, String> file) {
    public ConfigInputs {
        commandLine = Map.copyOf(commandLine);
        environment = Map.copyOf(environment);
        file = Map.copyOf(file);
    }

    /// Nothing set anywhere.
    public static ConfigInputs none() {
        return new ConfigInputs(Map.of(), Map.of(), Map.of());
    }

    /// Only what the command line says.
    public static ConfigInputs of(Map<String, String> commandLine) {
        return new ConfigInputs(commandLine, Map.of(), Map.of());
    }
}
