package io.octavo.broker.config;

import io.octavo.broker.config.ConfigEntry.Synonym;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Shows settings with where they come from (KIP-226, KIP-569).
///
/// ```
/// topic's or group's own > this broker's, altered > all brokers', altered > given at the start > default
///                          └── of each, the first of the names that give the setting its value ──┘
/// ```
public final class ConfigReport {
    private final BrokerConfig broker;

    public ConfigReport(BrokerConfig broker) {
        this.broker = broker;
    }

    /// Every setting of this broker, and what else was given to it, by name.
    public List<ConfigEntry> broker() {
        Set<String> names = new TreeSet<>(ConfigScheme.BROKER.all().keySet());
        names.addAll(broker.given().keySet());
        names.addAll(broker.dynamicDefaults().keySet());
        names.addAll(broker.dynamic().keySet());
        List<ConfigEntry> entries = new ArrayList<>(names.size());
        for (String name : names) {
            ConfigDefinition definition = ConfigScheme.BROKER.find(name);
            if (definition != null) {
                List<Synonym> synonyms = brokerSynonyms(definition.synonyms());
                entries.add(entry(definition, broker.value(name), synonyms));
            }
        }
        return entries;
    }

    /// What was altered at run time for all brokers, by name.
    public List<ConfigEntry> brokerDefaults() {
        List<ConfigEntry> entries = new ArrayList<>();
        for (Map.Entry<String, String> altered : broker.dynamicDefaults().entrySet()) {
            ConfigDefinition definition = ConfigScheme.BROKER.find(altered.getKey());
            if (definition != null) {
                Synonym only =
                        synonym(definition, altered.getValue(), ConfigSource.DYNAMIC_DEFAULT);
                entries.add(entry(definition, altered.getValue(), List.of(only)));
            }
        }
        return entries;
    }

    /// Every setting of a topic, by name.
    public List<ConfigEntry> topic(TopicConfig topic) {
        List<ConfigEntry> entries = new ArrayList<>();
        for (ConfigDefinition definition : TopicSettings.all().values()) {
            if (definition.name().equals(TopicSettings.SEGMENT_BYTES_INTERNAL)) {
                continue;
            }
            List<Synonym> synonyms = new ArrayList<>();
            String own = topic.overrides().get(definition.name());
            if (own != null) {
                synonyms.add(synonym(definition, own, ConfigSource.TOPIC));
            }
            synonyms.addAll(brokerSynonyms(definition.synonyms()));
            entries.add(entry(definition, topic.value(definition.name()), synonyms));
        }
        return entries;
    }

    /// Every setting of a group, by name.
    ///
    /// @param own what was given for it
    public List<ConfigEntry> group(Map<String, String> own) {
        List<ConfigEntry> entries = new ArrayList<>();
        for (ConfigDefinition definition : ConsumerGroupSettings.all().values()) {
            List<Synonym> synonyms = new ArrayList<>();
            String given = own.get(definition.name());
            if (given != null) {
                synonyms.add(synonym(definition, given, ConfigSource.GROUP));
            }
            synonyms.addAll(brokerSynonyms(definition.synonyms()));
            String value = synonyms.isEmpty() ? null : synonyms.getFirst().value();
            entries.add(entry(definition, value, synonyms));
        }
        return entries;
    }

    private static ConfigEntry entry(
            ConfigDefinition definition, @Nullable String value, List<Synonym> synonyms) {
        ConfigSource source =
                synonyms.isEmpty() ? ConfigSource.DEFAULT : synonyms.getFirst().source();
        return new ConfigEntry(definition, definition.sensitive() ? null : value, source, synonyms);
    }

    /// Every value given for one of `names`, the strongest source first, and within one the
    /// strongest name.
    private List<Synonym> brokerSynonyms(List<String> names) {
        List<Synonym> synonyms = new ArrayList<>();
        if (names.contains(TopicSettings.DURABILITY) && broker.isDurabilityOfFlush()) {
            collect(List.of(BrokerSettings.FLUSH_MESSAGES), synonyms);
        }
        collect(names, synonyms);
        for (String name : names) {
            ConfigDefinition definition = BrokerSettings.find(name);
            String fallback = definition == null ? null : definition.fallback();
            if (definition != null && fallback != null) {
                synonyms.add(synonym(definition, fallback, ConfigSource.DEFAULT));
            }
        }
        return synonyms;
    }

    private void collect(List<String> names, List<Synonym> into) {
        collect(names, broker.dynamic(), ConfigSource.DYNAMIC_BROKER, into);
        collect(names, broker.dynamicDefaults(), ConfigSource.DYNAMIC_DEFAULT, into);
        collect(names, broker.given(), ConfigSource.STATIC, into);
    }

    private static void collect(
            List<String> names,
            SortedMap<String, String> values,
            ConfigSource source,
            List<Synonym> into) {
        for (String name : names) {
            String value = values.get(name);
            ConfigDefinition definition = BrokerSettings.find(name);
            if (value != null && definition != null) {
                into.add(synonym(definition, value, source));
            }
        }
    }

    private static Synonym synonym(ConfigDefinition definition, String value, ConfigSource source) {
        return new Synonym(definition.name(), definition.sensitive() ? null : value, source);
    }
}
