package io.octavo.broker.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads `listeners`, `advertised.listeners`, the one of metrics, and what belongs to them.
/// Problems are added to a list that the caller gives.
final class ListenerAddresses {
    private static final String SCHEME_END = "://";
    private static final int PORT_MOST = 65_535;

    private final Map<String, String> given;
    private final List<String> problems;
    private final List<ListenerAddress> listeners;
    private final List<ListenerAddress> advertised;
    private final List<ListenerAddress> metrics;

    ListenerAddresses(Map<String, String> given, List<String> problems) {
        this.given = given;
        this.problems = problems;
        Set<String> controllers =
                new HashSet<>(
                        ConfigType.list(
                                given.getOrDefault(BrokerSettings.CONTROLLER_LISTENERS, "")));
        listeners = parse(BrokerSettings.LISTENERS, controllers);
        advertised = parse(BrokerSettings.ADVERTISED_LISTENERS, controllers);
        metrics = parse(BrokerSettings.METRICS_LISTENER, Set.of());
        checkProtocols();
        checkAdvertised();
        checkMetrics();
    }

    List<ListenerAddress> listeners() {
        return listeners;
    }

    List<ListenerAddress> advertised() {
        return advertised;
    }

    List<ListenerAddress> metrics() {
        return metrics;
    }

    private List<ListenerAddress> parse(String setting, Set<String> skipped) {
        ConfigDefinition definition = BrokerSettings.understood().get(setting);
        String fallback = definition == null ? null : definition.fallback();
        String text = given.getOrDefault(setting, fallback == null ? "" : fallback);
        List<ListenerAddress> addresses = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (String element : ConfigType.list(text)) {
            ListenerAddress address = parseOne(setting, element);
            if (address == null || skipped.contains(address.name())) {
                continue;
            }
            if (!names.add(address.name())) {
                problems.add(setting + " names the listener " + address.name() + " twice");
            }
            addresses.add(address);
        }
        return addresses;
    }

    private @Nullable ListenerAddress parseOne(String setting, String element) {
        int scheme = element.indexOf(SCHEME_END);
        int colon = element.lastIndexOf(':');
        if (scheme <= 0 || colon < scheme + SCHEME_END.length()) {
            problems.add(setting + " has " + element + ", which is not name://host:port");
            return null;
        }
        String name = element.substring(0, scheme).toUpperCase(Locale.ROOT);
        String host = element.substring(scheme + SCHEME_END.length(), colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            int port = Integer.parseInt(element.substring(colon + 1));
            if (port >= 0 && port <= PORT_MOST) {
                return new ListenerAddress(name, host, port);
            }
        } catch (NumberFormatException e) {
            // Said below, as for a number out of range.
        }
        problems.add(
                setting + " has " + element + ", whose port is not between 0 and " + PORT_MOST);
        return null;
    }

    private void checkProtocols() {
        if (listeners.isEmpty() && problems.isEmpty()) {
            problems.add("listeners names no listener of a broker");
        }
        Map<String, String> protocols = new HashMap<>();
        String map = given.get(BrokerSettings.SECURITY_PROTOCOLS);
        for (String pair : ConfigType.list(map == null ? "" : map)) {
            int colon = pair.indexOf(':');
            if (colon > 0) {
                protocols.put(
                        pair.substring(0, colon).trim().toUpperCase(Locale.ROOT),
                        pair.substring(colon + 1).trim().toUpperCase(Locale.ROOT));
            }
        }
        for (ListenerAddress listener : listeners) {
            String protocol = protocols.getOrDefault(listener.name(), listener.name());
            if (!protocol.equals("PLAINTEXT")) {
                problems.add(
                        "The listener "
                                + listener
                                + " has the security protocol "
                                + protocol
                                + ", but this version serves PLAINTEXT only; for a listener with a name of its own"
                                + " set listener.security.protocol.map="
                                + listener.name()
                                + ":PLAINTEXT");
            }
        }
    }

    private void checkAdvertised() {
        Set<String> names = new HashSet<>();
        listeners.forEach(listener -> names.add(listener.name()));
        for (ListenerAddress address : advertised) {
            if (!names.contains(address.name())) {
                problems.add(
                        "advertised.listeners names "
                                + address.name()
                                + ", which listeners does not");
            }
            if (address.host().isEmpty() || address.host().equals("0.0.0.0")) {
                problems.add(
                        "advertised.listeners has "
                                + address
                                + ", whose host no client can reach; name the address clients use");
            }
        }
    }

    private void checkMetrics() {
        boolean http = metrics.stream().allMatch(address -> address.name().equals("HTTP"));
        if (!http || metrics.size() > 1) {
            problems.add(
                    BrokerSettings.METRICS_LISTENER
                            + " is not one address of the form http://host:port");
        }
    }
}
