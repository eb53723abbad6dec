package io.octavo.cli;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What was written behind `octavo server`, parsed by hand: this is on the path of every start.
///
/// @param help whether only help was asked for
/// @param file the properties file, if one was named
/// @param settings settings by their names, those that an option stands for too
record ServerOptions(boolean help, @Nullable Path file, Map<String, String> settings) {
    static final String HELP =
            """
            Usage: octavo server [--data DIR] [--listen HOST:PORT] [--config FILE] [--set NAME=VALUE ...]
            Run a broker until it is asked to stop (SIGTERM, Ctrl-C).

              --data DIR          where records are kept; made if it is not there (default: octavo-data)
              --listen HOST:PORT  the address to serve (default: localhost:9092; port 0: any free one)
              --config FILE       a properties file with Kafka's names: server.properties
              --set NAME=VALUE    a setting, stronger than the file; may be repeated
              --help              this text

            A setting can also come from the environment: OCTAVO_LOG_RETENTION_HOURS is log.retention.hours.
            Where clients reach the broker by another address than the one they connect to, as behind
            address translation, set advertised.listeners: --set advertised.listeners=PLAINTEXT://HOST:PORT
            """;

    private static final String LOG_DIRECTORIES = "log.dirs";
    private static final String LISTENERS = "listeners";

    /// @throws Failure when the arguments are not of the form above
    static ServerOptions parse(List<String> arguments) {
        boolean help = false;
        Path file = null;
        Map<String, String> settings = new TreeMap<>();
        Iterator<String> rest = arguments.iterator();
        while (rest.hasNext()) {
            String argument = rest.next();
            int equals = argument.indexOf('=');
            boolean joined = argument.startsWith("--") && equals > 0;
            String option = joined ? argument.substring(0, equals) : argument;
            @Nullable String value = joined ? argument.substring(equals + 1) : null;
            switch (option) {
                case "--help", "-h" -> help = true;
                case "--data" -> settings.put(LOG_DIRECTORIES, value(option, value, rest));
                case "--listen" -> settings.put(LISTENERS, listener(value(option, value, rest)));
                case "--config" -> file = Path.of(value(option, value, rest));
                case "--set" -> set(value(option, value, rest), settings);
                default -> throw notUnderstood("unknown option " + argument);
            }
        }
        return new ServerOptions(help, file, settings);
    }

    private static String value(String option, @Nullable String joined, Iterator<String> rest) {
        if (joined != null) {
            return joined;
        }
        if (!rest.hasNext()) {
            throw notUnderstood(option + " needs a value");
        }
        return rest.next();
    }

    private static String listener(String address) {
        return address.contains("://") ? address : "PLAINTEXT://" + address;
    }

    private static void set(String setting, Map<String, String> settings) {
        int equals = setting.indexOf('=');
        if (equals <= 0) {
            throw notUnderstood("--set " + setting + " is not of the form NAME=VALUE");
        }
        settings.put(setting.substring(0, equals).strip(), setting.substring(equals + 1).strip());
    }

    private static Failure notUnderstood(String what) {
        return Failure.ofUsage(what + "; octavo server --help shows the options");
    }
}
