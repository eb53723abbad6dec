package io.octavo.bench.broker;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The RabbitMQ that is installed on this machine, as a node of its own: nothing is read from or
/// written to where the installed service keeps its files, and every port is a free one on
/// localhost. No setting that concerns speed is changed.
///
/// @param version of RabbitMQ
/// @param program its `rabbitmq-server`
/// @param streams whether the port is that of the stream protocol rather than of AMQP 0-9-1
public record RabbitMq(String version, Path program, boolean streams) implements Server {
    private static final String COMMAND = "rabbitmq-server";

    /// Debian's command changes to a user of its own and to fixed directories; the program that it
    /// starts is here.
    private static final Path DEBIAN = Path.of("/usr/lib/rabbitmq/bin");

    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+)\\.\\d+\\S*");

    /// The first version with streams: 3.9.
    private static final int STREAMS_MAJOR = 3;

    private static final int STREAMS_MINOR = 9;

    /// The RabbitMQ of this machine, to serve classic queues; empty when no `rabbitmq-server` is on
    /// the PATH.
    public static Optional<RabbitMq> installed() throws IOException {
        String path = System.getenv().getOrDefault("PATH", "");
        for (String directory : path.split(File.pathSeparator, -1)) {
            if (Files.isExecutable(Path.of(directory, COMMAND))) {
                Path programs = Files.isDirectory(DEBIAN) ? DEBIAN : Path.of(directory);
                return Optional.of(
                        new RabbitMq(version(programs), programs.resolve(COMMAND), false));
            }
        }
        return Optional.empty();
    }

    /// The same program, to serve streams; empty when its version has none.
    public Optional<RabbitMq> withStreams() {
        Matcher matcher = VERSION.matcher(version);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int major = Integer.parseInt(matcher.group(1));
        int minor = Integer.parseInt(matcher.group(2));
        return major > STREAMS_MAJOR || (major == STREAMS_MAJOR && minor >= STREAMS_MINOR)
                ? Optional.of(new RabbitMq(version, program, true))
                : Optional.empty();
    }

    @Override
    public String name() {
        return "RabbitMQ " + version + (streams ? ", stream" : ", classic queue");
    }

    @Override
    public void prepare(Path home, int port) throws IOException {
        Files.writeString(home.resolve("rabbitmq.conf"), configuration(port));
        Files.writeString(
                home.resolve("enabled_plugins"), streams ? "[rabbitmq_stream].\n" : "[].\n");
        Files.createFile(home.resolve("environment"));
        Files.writeString(home.resolve("serve.sh"), script(home));
    }

    @Override
    public ProcessBuilder serve(Path home, int port) {
        return new ProcessBuilder("sh", home.resolve("serve.sh").toString());
    }

    private String configuration(int port) throws IOException {
        String console =
                """
                log.file = false
                log.console = true
                log.console.level = warning
                """;
        if (!streams) {
            return "listeners.tcp.1 = 127.0.0.1:" + port + "\n" + console;
        }
        return """
        listeners.tcp.1 = 127.0.0.1:%d
        stream.listeners.tcp.1 = 127.0.0.1:%d
        stream.advertised_host = localhost
        stream.advertised_port = %d
        """
                        .formatted(Ports.free(), port, port)
                + console;
    }

    /// Erlang's port mapper would outlive the node, and its usual port may be another node's: this
    /// one has its own, which ends with it. Under systemd the program takes the shell's place, so
    /// that the process that was started is the node.
    private String script(Path home) throws IOException {
        int mapper = Ports.free();
        return """
        export HOME="%1$s"
        export ERL_EPMD_PORT=%2$d ERL_EPMD_ADDRESS=127.0.0.1
        export RABBITMQ_CONF_ENV_FILE="%1$s/environment"
        export RABBITMQ_CONFIG_FILE="%1$s/rabbitmq"
        export RABBITMQ_ENABLED_PLUGINS_FILE="%1$s/enabled_plugins"
        export RABBITMQ_MNESIA_BASE="%3$s" RABBITMQ_LOG_BASE="%1$s/log"
        export RABBITMQ_PID_FILE="%1$s/pid"
        export RABBITMQ_NODENAME=octavo-bench-%2$d@localhost RABBITMQ_DIST_PORT=%4$d
        export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1}"
        export RUNNING_UNDER_SYSTEMD=true
        epmd -address 127.0.0.1 -port %2$d &
        exec "%5$s"
        """
                .formatted(home, mapper, Server.data(home), Ports.free(), program);
    }

    /// `rabbitmqctl version` asks no node, but leaves Erlang's port mapper behind.
    private static String version(Path programs) throws IOException {
        String script =
                """
                export ERL_EPMD_PORT=%d
                "%s" version
                epmd -port $ERL_EPMD_PORT -kill >&2
                """
                        .formatted(Ports.free(), programs.resolve("rabbitmqctl"));
        Process asked =
                new ProcessBuilder("sh", "-c", script)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        String said = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String version = said.strip();
        if (!VERSION.matcher(version).matches()) {
            throw new IOException("rabbitmqctl did not say its version but '" + version + "'");
        }
        return version;
    }
}
