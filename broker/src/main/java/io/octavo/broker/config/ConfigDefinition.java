package io.octavo.broker.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A setting that exists.
///
/// @param name Kafka's, where Kafka has it
/// @param type what its text means
/// @param fallback the value when it is not set; null when it then has none
/// @param check what a value must satisfy beyond its type
/// @param synonyms the names that give this setting its value, strongest first, its own included. A
///   topic setting names the broker's settings that are its default, not itself.
/// @param scope whether it changes at run time; a topic setting always does
/// @param effective whether anything in this broker depends on it
/// @param documentation for people
public record ConfigDefinition(
        String name,
        ConfigType type,
        @Nullable String fallback,
        ConfigCheck check,
        List<String> synonyms,
        ConfigScope scope,
        boolean effective,
        String documentation) {
    private static final String IDLE = "Has no effect in this version.";

    public ConfigDefinition {
        synonyms = List.copyOf(synonyms);
    }

    /// A setting of `type` that only a restart changes, with any value.
    static ConfigDefinition of(
            String name, ConfigType type, @Nullable String fallback, String documentation) {
        return new ConfigDefinition(
                name,
                type,
                fallback,
                ConfigCheck.any(),
                List.of(name),
                ConfigScope.READ_ONLY,
                true,
                documentation);
    }

    /// A name that is known and does nothing here: it takes any value.
    static ConfigDefinition idle(
            String name, ConfigType type, @Nullable String fallback, ConfigScope scope) {
        return new ConfigDefinition(
                name, type, fallback, ConfigCheck.any(), List.of(name), scope, false, "");
    }

    /// This setting is understood and checked, and nothing depends on it yet.
    ConfigDefinition idle() {
        return new ConfigDefinition(
                name, type, fallback, check, synonyms, scope, false, documentation);
    }

    ConfigDefinition checked(ConfigCheck check) {
        return new ConfigDefinition(
                name, type, fallback, check, synonyms, scope, effective, documentation);
    }

    ConfigDefinition takenFrom(String... names) {
        return new ConfigDefinition(
                name, type, fallback, check, List.of(names), scope, effective, documentation);
    }

    ConfigDefinition scope(ConfigScope scope) {
        return new ConfigDefinition(
                name, type, fallback, check, synonyms, scope, effective, documentation);
    }

    /// Whether its value is a secret.
    public boolean sensitive() {
        return type == ConfigType.PASSWORD;
    }

    /// What a person is told about it.
    public String explanation() {
        if (effective) {
            return documentation;
        }
        return documentation.isEmpty() ? IDLE : documentation + " " + IDLE;
    }

    /// What is wrong with `text` as its value, as a sentence with the value; null when nothing is.
    /// A name without documentation takes any value.
    public @Nullable String problem(String text) {
        if (documentation.isEmpty()) {
            return null;
        }
        String problem = type.problem(text);
        if (problem == null) {
            problem = check.problem(type.canonical(text));
        }
        if (problem == null) {
            return null;
        }
        String shown = sensitive() ? "" : " " + text;
        return "Invalid value" + shown + " for configuration " + name + ": " + problem;
    }

    /// The one spelling of `text`, which has no [#problem].
    public String canonical(String text) {
        return type.problem(text) == null ? type.canonical(text) : text;
    }
}
