package io.octavo.broker.api;

import io.octavo.broker.cluster.Cluster;
import io.octavo.broker.cluster.DynamicConfigs;
import io.octavo.broker.cluster.Topic;
import io.octavo.broker.cluster.TopicNames;
import io.octavo.broker.cluster.Topics;
import io.octavo.broker.cluster.Verdict;
import io.octavo.broker.cluster.Verdict.Done;
import io.octavo.broker.cluster.Verdict.Refused;
import io.octavo.broker.config.LiveConfig;
import io.octavo.protocol.api.ErrorCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// The things that have settings, as the protocol names them, and what altering the settings of
/// each comes to. Safe for any thread.
public final class ConfigResources {
    static final byte TOPIC = 2;
    static final byte BROKER = 4;
    static final byte BROKER_LOGGER = 8;
    static final byte CLIENT_METRICS = 16;
    static final byte GROUP = 32;

    /// As many as a group's id may have.
    private static final int GROUP_ID_CHARS_MAX = 1_024;

    private final Cluster cluster;
    private final Topics topics;
    private final DynamicConfigs dynamicConfigs;
    private final LiveConfig config;

    public ConfigResources(
            Cluster cluster, Topics topics, DynamicConfigs dynamicConfigs, LiveConfig config) {
        this.cluster = cluster;
        this.topics = topics;
        this.dynamicConfigs = dynamicConfigs;
        this.config = config;
    }

    /// A thing that has settings.
    record Resource(byte type, String name) {}

    /// What a request says of one thing.
    record Asked(Resource resource, ConfigAlteration alteration) {}

    /// What became of that.
    record Altered(Resource resource, ErrorCode error, @Nullable String message) {}

    /// Alters the settings of each thing that a request names; not of those that it names more than
    /// once.
    ///
    /// @param validateOnly whether only to say what would come of it
    /// @return what became of each, in the order of the request
    List<CompletionStage<Altered>> alter(List<Asked> asked, boolean validateOnly) {
        Set<Resource> doubled = doubled(asked);
        List<CompletionStage<Altered>> all = new ArrayList<>(asked.size());
        for (Asked each : asked) {
            Resource resource = each.resource();
            CompletionStage<? extends Verdict<?>> outcome =
                    doubled.contains(resource)
                            ? refused(
                                    ErrorCode.INVALID_REQUEST,
                                    "The request names the same resource more than once.")
                            : alter(resource, each.alteration(), validateOnly);
            all.add(outcome.thenApply(verdict -> altered(resource, verdict)));
        }
        return all;
    }

    private static Set<Resource> doubled(List<Asked> asked) {
        Set<Resource> seen = new HashSet<>();
        Set<Resource> doubled = new HashSet<>();
        for (Asked each : asked) {
            if (!seen.add(each.resource())) {
                doubled.add(each.resource());
            }
        }
        return doubled;
    }

    private static Altered altered(Resource resource, Verdict<?> verdict) {
        return switch (verdict) {
            case Done<?> _ -> new Altered(resource, ErrorCode.NONE, null);
            case Refused<?>(ErrorCode error, String message) ->
                    new Altered(resource, error, message);
        };
    }

    private CompletionStage<? extends Verdict<?>> alter(
            Resource resource, ConfigAlteration alteration, boolean validateOnly) {
        Refused<Map<String, String>> malformed = alteration.malformed();
        if (malformed != null) {
            return CompletableFuture.completedFuture(malformed);
        }
        return switch (resource.type()) {
            case TOPIC -> alterTopic(resource.name(), alteration, validateOnly);
            case BROKER -> alterBroker(resource.name(), alteration, validateOnly);
            case GROUP -> alterGroup(resource.name(), alteration, validateOnly);
            default -> CompletableFuture.completedFuture(unserved(resource));
        };
    }

    /// The refusal of a kind of thing that has no settings here.
    static Refused<Map<String, String>> unserved(Resource resource) {
        String what =
                switch (resource.type()) {
                    case BROKER_LOGGER -> "Log levels cannot be seen or changed in this version.";
                    case CLIENT_METRICS -> "Client metrics are not collected in this version.";
                    default -> "There is no resource type " + resource.type() + ".";
                };
        return invalid(what);
    }

    /// What is wrong with the name of a group resource; null when nothing is. There need not be
    /// such a group yet.
    static @Nullable Refused<Map<String, String>> group(String name) {
        if (name.isEmpty()) {
            return invalid("Settings are those of one group: its name must not be empty.");
        }
        return name.length() > GROUP_ID_CHARS_MAX
                ? invalid("A group's name has at most " + GROUP_ID_CHARS_MAX + " characters.")
                : null;
    }

    /// What is wrong with the name of a broker resource, which is this broker's number, or empty
    /// for all brokers.
    static Verdict<Boolean> broker(String name, int brokerId) {
        if (name.isEmpty()) {
            return new Done<>(false);
        }
        try {
            int id = Integer.parseInt(name);
            return id == brokerId
                    ? new Done<>(true)
                    : new Refused<>(
                            ErrorCode.INVALID_REQUEST,
                            "This is broker " + brokerId + ", not " + id + ": ask that one.");
        } catch (NumberFormatException e) {
            return new Refused<>(
                    ErrorCode.INVALID_REQUEST,
                    "A broker has a number, not the name '" + name + "'.");
        }
    }

    private CompletionStage<? extends Verdict<?>> alterTopic(
            String name, ConfigAlteration alteration, boolean validateOnly) {
        String problem = TopicNames.problem(name);
        if (problem != null) {
            return refused(
                    name.isEmpty() ? ErrorCode.INVALID_REQUEST : ErrorCode.INVALID_TOPIC_EXCEPTION,
                    problem);
        }
        Topic topic = cluster.view().topic(name);
        Map<String, String> current = topic == null ? Map.of() : topic.config().overrides();
        Verdict<Map<String, String>> outcome = alteration.topic(current);
        if (topic == null && outcome instanceof Done<?>) {
            return CompletableFuture.completedFuture(ByName.unknown(name));
        }
        if (topic == null || validateOnly || outcome instanceof Refused<?>) {
            return CompletableFuture.completedFuture(outcome);
        }
        return topics.configure(topic.id(), alteration::topic)
                .thenApply(verdict -> ByName.told(verdict, name));
    }

    private CompletionStage<? extends Verdict<?>> alterBroker(
            String name, ConfigAlteration alteration, boolean validateOnly) {
        int id = config.current().brokerId();
        return switch (broker(name, id)) {
            case Refused<Boolean> refusal -> CompletableFuture.completedFuture(refusal);
            case Done<Boolean>(Boolean one) -> {
                Map<String, String> current =
                        one ? config.current().dynamic() : config.current().dynamicDefaults();
                Verdict<Map<String, String>> outcome = alteration.broker(current, one);
                if (validateOnly || outcome instanceof Refused<?>) {
                    yield CompletableFuture.completedFuture(outcome);
                }
                yield one
                        ? dynamicConfigs.alter(id, old -> alteration.broker(old, true))
                        : dynamicConfigs.alterDefaults(old -> alteration.broker(old, false));
            }
        };
    }

    private CompletionStage<? extends Verdict<?>> alterGroup(
            String name, ConfigAlteration alteration, boolean validateOnly) {
        Refused<Map<String, String>> problem = group(name);
        if (problem != null) {
            return CompletableFuture.completedFuture(problem);
        }
        Verdict<Map<String, String>> outcome =
                alteration.group(config.group(name), config.current());
        if (validateOnly || outcome instanceof Refused<?>) {
            return CompletableFuture.completedFuture(outcome);
        }
        return dynamicConfigs.alterGroup(name, old -> alteration.group(old, config.current()));
    }

    private static CompletionStage<? extends Verdict<?>> refused(ErrorCode error, String message) {
        return CompletableFuture.completedFuture(new Refused<Boolean>(error, message));
    }

    private static Refused<Map<String, String>> invalid(String message) {
        return new Refused<>(ErrorCode.INVALID_REQUEST, message);
    }
}
