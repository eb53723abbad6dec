package io.octavo.broker.api;

import io.octavo.broker.cluster.Verdict;
import io.octavo.broker.cluster.Verdict.Done;
import io.octavo.broker.cluster.Verdict.Refused;
import io.octavo.broker.config.BrokerConfig;
import io.octavo.broker.config.ConfigDefinition;
import io.octavo.broker.config.ConfigScheme;
import io.octavo.broker.config.ConfigType;
import io.octavo.broker.config.ConsumerGroupSettings;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.wire.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What one request wants to do to the settings of one thing: a function from the settings so far
/// to those after, or to the reason why not, with Kafka's codes. Pure.
final class ConfigAlteration {
    /// The operations of IncrementalAlterConfigs (KIP-339), by their numbers.
    private static final byte SET = 0;

    private static final byte DELETE = 1;
    private static final byte APPEND = 2;
    private static final byte SUBTRACT = 3;

    /// @param operation one of the four; a number out of range is refused
    record Change(String name, byte operation, @Nullable String value) {}

    private final List<Change> changes;
    private final boolean replacing;

    private ConfigAlteration(List<Change> changes, boolean replacing) {
        this.changes = changes;
        this.replacing = replacing;
    }

    /// A change that gives a setting a value.
    static Change set(String name, @Nullable String value) {
        return new Change(name, SET, value);
    }

    /// Everything set so far is replaced by what is set here (AlterConfigs, CreateTopics).
    static ConfigAlteration replacing(List<Change> changes) {
        return new ConfigAlteration(changes, true);
    }

    /// What is not named stays as it is (IncrementalAlterConfigs).
    static ConfigAlteration incremental(List<Change> changes) {
        return new ConfigAlteration(changes, false);
    }

    /// What is wrong with the request itself, whatever it is about; null when nothing is.
    @Nullable Refused<Map<String, String>> malformed() {
        Set<String> names = new HashSet<>();
        for (Change change : changes) {
            if (!names.add(change.name())) {
                return invalidRequest("The setting " + change.name() + " is named twice.");
            }
            if (change.operation() < SET || change.operation() > SUBTRACT) {
                return invalidRequest(
                        "There is no operation "
                                + change.operation()
                                + " (on "
                                + change.name()
                                + "): 0 sets, 1 deletes, 2 appends, 3 subtracts.");
            }
            if (change.operation() != DELETE && change.value() == null) {
                return invalidRequest("The setting " + change.name() + " is given no value.");
            }
        }
        return null;
    }

    /// The own settings of a topic after this.
    ///
    /// @param current those so far
    Verdict<Map<String, String>> topic(Map<String, String> current) {
        Verdict<Map<String, String>> changed = apply(ConfigScheme.TOPIC, current);
        if (changed instanceof Done<Map<String, String>>(Map<String, String> configs)) {
            String problem = ConfigScheme.contradiction(configs);
            return problem == null ? changed : invalidConfig(problem);
        }
        return changed;
    }

    /// The settings of a broker, or of all, that were altered at run time, after this.
    ///
    /// @param current those so far
    /// @param oneBroker whether it is about one broker rather than all
    Verdict<Map<String, String>> broker(Map<String, String> current, boolean oneBroker) {
        for (Change change : changes) {
            ConfigDefinition definition = ConfigScheme.BROKER.find(change.name());
            if (definition == null && change.operation() == DELETE) {
                // It is not set, whatever it is: tools of other versions clean up so.
                continue;
            }
            if (definition == null) {
                return unknown(ConfigScheme.BROKER, change.name());
            }
            String refusal = refusal(definition, oneBroker);
            String value = change.value();
            if (refusal == null && change.operation() == SET && value != null) {
                refusal = definition.problem(value);
            }
            if (refusal != null) {
                return invalidRequest(refusal);
            }
        }
        return apply(ConfigScheme.BROKER, current);
    }

    /// What a group has for itself after this.
    ///
    /// @param current what it has so far
    /// @param broker whose settings bound the group's
    Verdict<Map<String, String>> group(Map<String, String> current, BrokerConfig broker) {
        Verdict<Map<String, String>> changed = apply(ConfigScheme.GROUP, current);
        if (changed instanceof Done<Map<String, String>>(Map<String, String> configs)) {
            String problem = ConsumerGroupSettings.problem(configs, broker);
            return problem == null ? changed : invalidConfig(problem);
        }
        return changed;
    }

    private static @Nullable String refusal(ConfigDefinition definition, boolean oneBroker) {
        if (definition.sensitive()) {
            return definition.name() + " is a secret, and secrets are only taken at the start.";
        }
        return switch (definition.scope()) {
            case READ_ONLY -> definition.name() + " can only be changed by a restart.";
            case PER_BROKER ->
                    oneBroker
                            ? null
                            : definition.name() + " can only be set for one broker at a time.";
            case CLUSTER_WIDE -> null;
        };
    }

    private Verdict<Map<String, String>> apply(ConfigScheme scheme, Map<String, String> current) {
        Map<String, String> configs = new TreeMap<>(replacing ? Map.of() : current);
        for (Change change : changes) {
            ConfigDefinition definition = scheme.find(change.name());
            if (change.operation() == DELETE) {
                configs.remove(change.name());
                continue;
            }
            String value = change.value();
            if (definition == null) {
                return unknown(scheme, change.name());
            }
            if (value == null) {
                return invalidConfig("The setting " + change.name() + " is given no value.");
            }
            if (change.operation() == APPEND || change.operation() == SUBTRACT) {
                if (definition.type() != ConfigType.LIST) {
                    return invalidConfig(
                            change.name()
                                    + " is not a list: nothing can be appended to it or"
                                    + " subtracted.");
                }
                value = listed(definition, configs.get(change.name()), change.operation(), value);
            }
            String problem = definition.problem(value);
            if (problem != null) {
                return invalidConfig(problem);
            }
            String canonical = definition.canonical(value);
            int bytes = canonical.getBytes(StandardCharsets.UTF_8).length;
            if (bytes > Reader.STRING_BYTES_MAX) {
                return invalidConfig(
                        change.name()
                                + " would have "
                                + bytes
                                + " bytes, at most "
                                + Reader.STRING_BYTES_MAX
                                + ".");
            }
            configs.put(change.name(), canonical);
        }
        return new Done<>(configs);
    }

    /// A list with elements added or taken away; one that was never set begins as its default.
    private static String listed(
            ConfigDefinition definition, @Nullable String current, byte operation, String value) {
        String base = current == null ? definition.fallback() : current;
        List<String> elements = new ArrayList<>(ConfigType.list(base == null ? "" : base));
        for (String element : ConfigType.list(value)) {
            if (operation == SUBTRACT) {
                elements.remove(element);
            } else if (!elements.contains(element)) {
                elements.add(element);
            }
        }
        return String.join(",", elements);
    }

    private static Refused<Map<String, String>> unknown(ConfigScheme scheme, String name) {
        return invalidConfig("There is no setting " + name + scheme.hint(name));
    }

    private static Refused<Map<String, String>> invalidConfig(String message) {
        return new Refused<>(ErrorCode.INVALID_CONFIG, message);
    }

    private static Refused<Map<String, String>> invalidRequest(String message) {
        return new Refused<>(ErrorCode.INVALID_REQUEST, message);
    }
}
