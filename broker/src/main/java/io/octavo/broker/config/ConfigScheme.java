package io.octavo.broker.config;

import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// Which settings there are for one kind of thing.
public enum ConfigScheme {
    TOPIC,
    BROKER,
    GROUP;

    /// The setting of that name; null when there is none.
    public @Nullable ConfigDefinition find(String name) {
        return switch (this) {
            case TOPIC -> TopicSettings.find(name);
            case BROKER -> BrokerSettings.find(name);
            case GROUP -> ConsumerGroupSettings.find(name);
        };
    }

    /// All of them, by name.
    public SortedMap<String, ConfigDefinition> all() {
        return switch (this) {
            case TOPIC -> TopicSettings.all();
            case BROKER -> BrokerSettings.all();
            case GROUP -> ConsumerGroupSettings.all();
        };
    }

    /// The name that was probably meant by one that is unknown, as the end of a sentence; empty
    /// when none is near.
    public String hint(String name) {
        String nearest = NearestName.of(name, all().keySet());
        return nearest == null ? "" : "; did you mean " + nearest + "?";
    }

    /// What is wrong with a topic's own settings taken together; null when nothing is.
    public static @Nullable String contradiction(Map<String, String> topic) {
        String min = topic.get(TopicSettings.COMPACTION_LAG_MIN_MS);
        String max = topic.get(TopicSettings.COMPACTION_LAG_MAX_MS);
        if (min != null && max != null && Long.parseLong(min) > Long.parseLong(max)) {
            return TopicSettings.COMPACTION_LAG_MIN_MS
                    + " is "
                    + min
                    + ", more than "
                    + TopicSettings.COMPACTION_LAG_MAX_MS
                    + ", which is "
                    + max
                    + ".";
        }
        return null;
    }
}
