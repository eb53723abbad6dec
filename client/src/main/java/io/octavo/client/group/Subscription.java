package io.octavo.client.group;

import io.octavo.client.Admin.TopicDescription;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The topics that a member reads: those of some names, or all whose names match.
public sealed interface Subscription {
    /// @param topics at least one
    record Names(Set<String> topics) implements Subscription {
        public Names {
            topics = Set.copyOf(topics);
            if (topics.isEmpty()) {
                throw new IllegalArgumentException("no topic named");
            }
        }
    }

    /// Topics that match later are read too. The cluster's own are not.
    ///
    /// @param regex what the whole name has to match
    record Matching(Pattern regex) implements Subscription {}

    /// The names to ask the cluster about; null for all.
    default @Nullable Set<String> asked() {
        return switch (this) {
            case Names(Set<String> topics) -> topics;
            case Matching matching -> null;
        };
    }

    /// The names to read, among what is there.
    default Set<String> of(Collection<TopicDescription> all) {
        return switch (this) {
            case Names(Set<String> topics) -> topics;
            case Matching(Pattern regex) -> {
                Set<String> matching = new TreeSet<>();
                for (TopicDescription topic : all) {
                    if (!topic.internal() && regex.matcher(topic.name()).matches()) {
                        matching.add(topic.name());
                    }
                }
                yield matching;
            }
        };
    }
}
