package io.octavo.cli;

import io.octavo.broker.FileReason;
import io.octavo.broker.Machine;
import io.octavo.broker.Node;
import io.octavo.broker.StartFailure;
import io.octavo.broker.config.BrokerConfig;
import io.octavo.broker.config.ConfigInputs;
import io.octavo.broker.config.InvalidConfig;
import io.octavo.ports.Clock;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/// `octavo server`: a broker, until the process is asked to stop. Prints one line when it serves.
///
/// [Main] comes here without picocli, which only lists the verb in its help.
@Command(name = "server", description = "Run a broker; its options: octavo server --help.")
final class ServerVerb {
    /// When the launcher was started, in microseconds since 1970; it alone knows.
    private static final String STARTED_PROPERTY = "octavo.started.us";

    /// For who starts without the launcher.
    private final long openedMs = Clock.system().wallMs();

    private final PrintStream out;
    private final PrintStream err;

    ServerVerb(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /// Serves; returns only when there is nothing to serve.
    ///
    /// @throws Failure when the user has to mend something first
    void run(List<String> arguments) {
        ServerOptions options = ServerOptions.parse(arguments);
        if (options.help()) {
            out.print(ServerOptions.HELP);
            return;
        }
        Node node = open(options);
        // Before anybody knows that there is something to stop.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(node), "octavo-stop"));
        announce(node);
        waitForever();
    }

    /// Starts a node.
    Node open(ServerOptions options) {
        Thread preparing = new Thread(Node::prepare, "octavo-prepare");
        preparing.setDaemon(true);
        preparing.start();
        BrokerConfig config = config(options);
        for (String notice : config.notices()) {
            err.println("octavo: " + notice);
        }
        return start(config);
    }

    /// Says that a node serves.
    void announce(Node node) {
        long startMs = Clock.system().wallMs() - startedMs();
        out.println(node.readyLine(Version.current(), startMs));
        out.flush();
    }

    private static BrokerConfig config(ServerOptions options) {
        Map<String, String> file = file(options.file());
        try {
            return BrokerConfig.load(new ConfigInputs(options.settings(), System.getenv(), file));
        } catch (InvalidConfig e) {
            throw new Failure(String.valueOf(e.getMessage()));
        }
    }

    private static Map<String, String> file(@Nullable Path file) {
        Map<String, String> settings = new TreeMap<>();
        if (file == null) {
            return settings;
        }
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (NoSuchFileException e) {
            throw new Failure("there is no file " + file + " to read settings from");
        } catch (IOException e) {
            throw new Failure("settings cannot be read from " + file + ": " + FileReason.of(e));
        } catch (IllegalArgumentException e) {
            throw new Failure("settings cannot be read from " + file + ": " + e.getMessage());
        }
        properties.forEach((name, value) -> settings.put((String) name, ((String) value).strip()));
        return settings;
    }

    private static Node start(BrokerConfig config) {
        try {
            return Node.start(config, Machine.system(config.bootIdFile()));
        } catch (StartFailure e) {
            throw new Failure(String.valueOf(e.getMessage()));
        }
    }

    /// Runs when the process is asked to stop. Having stopped as asked is a success.
    private void stop(Node node) {
        node.close();
        for (String line : node.appendLines()) {
            out.println("octavo stopped: " + line);
        }
        out.flush();
        Runtime.getRuntime().halt(0);
    }

    private long startedMs() {
        long startedUs = Long.getLong(STARTED_PROPERTY, 0);
        return startedUs > 0 ? startedUs / 1000 : openedMs;
    }

    private static void waitForever() {
        try {
            Thread.currentThread().join();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the main thread", e);
        }
    }
}
