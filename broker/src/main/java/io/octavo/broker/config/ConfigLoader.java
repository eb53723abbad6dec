package io.octavo.broker.config;

import io.octavo.broker.config.BrokerConfig.Addresses;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Makes a [BrokerConfig] of what was given, and collects everything that is wrong with it.
final class ConfigLoader {
    private static final String VARIABLE_PREFIX = "OCTAVO_";

    /// Variables of the launcher, not settings.
    private static final Set<String> LAUNCHER_VARIABLES =
            Set.of("OCTAVO_JVM_OPTIONS", "OCTAVO_JDK_DIRS");

    /// What Kubernetes sets in every container for a service named `octavo`.
    private static final Pattern OF_A_SERVICE =
            Pattern.compile(
                    "OCTAVO_(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT(_[0-9]+_(TCP|UDP|SCTP)(_.*)?)?)");

    private final ConfigInputs inputs;
    private final Map<String, String> given = new TreeMap<>();
    private final List<String> problems = new ArrayList<>();

    ConfigLoader(ConfigInputs inputs) {
        this.inputs = inputs;
    }

    BrokerConfig load() throws InvalidConfig {
        inputs.file().forEach((name, value) -> take(name, value, "the configuration file"));
        inputs.environment().forEach(this::takeVariable);
        inputs.commandLine().forEach((name, value) -> take(name, value, "the command line"));
        refuseWhatIsNotServed();
        ListenerAddresses parsed = new ListenerAddresses(given, problems);
        Addresses addresses =
                new Addresses(parsed.listeners(), parsed.advertised(), parsed.metrics());
        if (!problems.isEmpty()) {
            throw new InvalidConfig(problems);
        }
        return new BrokerConfig(addresses, given, Map.of(), Map.of());
    }

    private void takeVariable(String variable, String value) {
        if (variable.startsWith(VARIABLE_PREFIX)
                && !LAUNCHER_VARIABLES.contains(variable)
                && !OF_A_SERVICE.matcher(variable).matches()) {
            take(settingOf(variable), value, "the environment variable " + variable);
        }
    }

    /// `OCTAVO_LOG_RETENTION_HOURS` is `log.retention.hours`; an own name keeps its first word.
    private static String settingOf(String variable) {
        String words =
                variable.substring(VARIABLE_PREFIX.length())
                        .toLowerCase(Locale.ROOT)
                        .replace('_', '.');
        String own = "octavo." + words;
        return BrokerSettings.find(words) == null && BrokerSettings.find(own) != null ? own : words;
    }

    private void take(String name, String value, String where) {
        ConfigDefinition definition = BrokerSettings.find(name);
        if (definition == null) {
            problems.add(unknown(name, where));
            return;
        }
        String problem = definition.problem(value);
        if (problem != null) {
            problems.add(problem + " (in " + where + ")");
            return;
        }
        given.put(name, definition.canonical(value));
    }

    private static String unknown(String name, String where) {
        return "Unknown setting " + name + " in " + where + ConfigScheme.BROKER.hint(name);
    }

    /// What would silently be less than was asked for is refused, not ignored.
    private void refuseWhatIsNotServed() {
        refuse(
                "zookeeper.connect",
                "this version runs as a single broker with a store of its own; remove the setting");
        refuse(
                "authorizer.class.name",
                "this version has no access control; remove the setting if everybody who reaches the"
                        + " listener may do everything");
    }

    private void refuse(String name, String why) {
        @Nullable String value = given.get(name);
        if (value != null && !value.isEmpty()) {
            problems.add(name + " is set to " + value + ", but " + why);
        }
    }
}
