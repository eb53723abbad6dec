package io.octavo.broker.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A setting with its value and where that comes from, as it is shown to people.
///
/// @param definition what the setting is
/// @param value null where it has none, or must not be shown
/// @param source where the value comes from
/// @param synonyms every value that was given for it, strongest first, the one in effect before all
///   others
public record ConfigEntry(
        ConfigDefinition definition,
        @Nullable String value,
        ConfigSource source,
        List<Synonym> synonyms) {
    public ConfigEntry {
        synonyms = List.copyOf(synonyms);
    }

    /// One value that was given, perhaps under another name.
    public record Synonym(String name, @Nullable String value, ConfigSource source) {}

    /// Whether it cannot be altered at run time.
    public boolean readOnly() {
        return definition.scope() == ConfigScope.READ_ONLY;
    }

    /// The setting's name.
    public String name() {
        return definition.name();
    }
}
