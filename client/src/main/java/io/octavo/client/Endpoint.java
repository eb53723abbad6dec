package io.octavo.client;

import java.util.ArrayList;
import java.util.List;

/// Where a broker listens.
///
/// @param host a name or a numeric address, without brackets
public record Endpoint(String host, int port) {
    /// Kafka's port, for an address without one.
    public static final int DEFAULT_PORT = 9092;

    private static final int PORT_MAX = 65_535;

    /// Reads `host`, `host:port`, `[v6]:port`, or several with commas between them.
    ///
    /// @throws IllegalArgumentException naming the part that is none of these
    public static List<Endpoint> parseAll(String text) {
        List<Endpoint> all = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            all.add(parse(part.strip()));
        }
        return List.copyOf(all);
    }

    /// Reads one `host`, `host:port` or `[v6]:port`.
    ///
    /// @throws IllegalArgumentException when it is none of these
    public static Endpoint parse(String text) {
        int hostEnd = text.startsWith("[") ? text.indexOf(']') + 1 : text.lastIndexOf(':');
        if (hostEnd < 0) {
            hostEnd = text.length();
        }
        String host = text.substring(0, hostEnd);
        String rest = text.substring(hostEnd);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        if (host.isEmpty() || !(rest.isEmpty() || rest.startsWith(":"))) {
            throw new IllegalArgumentException("'" + text + "' is no address; write host:port");
        }
        return new Endpoint(host, rest.isEmpty() ? DEFAULT_PORT : port(rest.substring(1), text));
    }

    private static int port(String digits, String text) {
        try {
            int port = Integer.parseInt(digits);
            if (port > 0 && port <= PORT_MAX) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Said below, for both.
        }
        throw new IllegalArgumentException(
                "'" + digits + "' in '" + text + "' is no port; ports are 1 to " + PORT_MAX);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
