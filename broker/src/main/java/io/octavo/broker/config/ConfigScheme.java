package io.octavo.broker.config;

import java.util.Map;
import java.util.SortedMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Which settings there are for one kind of thing.
public enum ConfigScheme {
    TOPIC(TopicSettings::find, TopicSettings::all),
    BROKER(BrokerSettings::find, BrokerSettings::all),
    GROUP(ConsumerGroupSettings::find, ConsumerGroupSettings::all);

    private final Finder finder;
    private final Supplier<SortedMap<String, ConfigDefinition>> all;

    ConfigScheme(Finder finder, Supplier<SortedMap<String, ConfigDefinition>> all) {
        this.finder = finder;
        this.all = all;
    }

    private interface Finder {
        @Nullable ConfigDefinition find(String name);
    }

    /// The setting of that name; null when there is none.
    public @Nullable ConfigDefinition find(String name) {
        return finder.find(name);
    }

    /// All of them, by name.
    public SortedMap<String, ConfigDefinition> all() {
        return all.get();
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
