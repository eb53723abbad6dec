package io.octavo.broker.config;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The names of Apache Kafka's broker settings that do nothing here, from the resource
/// `idle.settings`. They are read when they are first asked for: a broker that is given none of
/// them never does.
///
/// ```
/// # name                        type   scope          default; none is a single dash, empty is nothing
/// background.threads            INT    CLUSTER_WIDE   10
/// ```
final class IdleSettings {
    private static final String RESOURCE = "idle.settings";

    /// Names that take any ending: settings of one listener, and those handed on to plug-ins.
    private static final List<String> PREFIXES =
            List.of("listener.name.", "rlmm.config.", "rsm.config.", "config.providers.");

    private static final String NONE = "-";
    private static final int COLUMNS = 4;

    private IdleSettings() {}

    /// The definition of `name`, or null.
    static @Nullable ConfigDefinition find(String name) {
        ConfigDefinition definition = all().get(name);
        if (definition == null && PREFIXES.stream().anyMatch(name::startsWith)) {
            // What such a setting holds is not known; it may be a key or a password.
            return ConfigDefinition.idle(name, ConfigType.PASSWORD, null, ConfigScope.PER_BROKER);
        }
        return definition;
    }

    /// All of them, by name.
    static SortedMap<String, ConfigDefinition> all() {
        return Loaded.SETTINGS;
    }

    private static SortedMap<String, ConfigDefinition> load() {
        SortedMap<String, ConfigDefinition> settings = new TreeMap<>();
        try (InputStream in = IdleSettings.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + RESOURCE + " is missing");
            }
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.startsWith("#") && !line.isBlank()) {
                    ConfigDefinition definition = parse(line);
                    settings.put(definition.name(), definition);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the resource " + RESOURCE, e);
        }
        return Collections.unmodifiableSortedMap(settings);
    }

    private static ConfigDefinition parse(String line) {
        String[] columns = line.split(" +", COLUMNS);
        String fallback = columns.length < COLUMNS ? "" : columns[3];
        return ConfigDefinition.idle(
                columns[0],
                ConfigType.valueOf(columns[1]),
                fallback.equals(NONE) ? null : fallback,
                ConfigScope.valueOf(columns[2]));
    }

    /// Holds the settings once they were needed.
    private static final class Loaded {
        static final SortedMap<String, ConfigDefinition> SETTINGS = load();
    }
}
