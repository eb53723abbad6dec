package io.octavo.bench.broker;

import io.octavo.bench.measure.ProcessUse;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// One broker process, from its start to its end. [#close] stops it as an operator would (SIGTERM)
/// and only then by force, and whatever the process started ends with it. Its files are its owner's
/// to remove.
public final class RunningBroker implements AutoCloseable {
    /// Kafka's own controlled shutdown may take this long when it must write back much.
    private static final long STOP_SECONDS_MAX = 30;

    private static final int LOG_LINES_SHOWN = 15;

    private final Server server;
    private final Process process;
    private final int port;
    private final Path output;

    private RunningBroker(Server server, Process process, int port, Path output) {
        this.server = server;
        this.process = process;
        this.port = port;
        this.output = output;
    }

    /// A broker about to be started: prepared, its port known, nothing running yet.
    public record Ready(Server server, Path home, int port) {
        public String bootstrap() {
            return "localhost:" + port;
        }

        /// Starts the process; it need not serve yet when this returns.
        public RunningBroker start() throws IOException {
            Path output = home.resolve("broker.out");
            Process process =
                    server.serve(home, port)
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile())
                            .start();
            return new RunningBroker(server, process, port, output);
        }
    }

    /// Prepares `server` in the empty directory `home`, on a free port.
    public static Ready prepare(Server server, Path home) throws IOException {
        int port = Ports.free();
        server.prepare(home, port);
        return new Ready(server, home, port);
    }

    public String bootstrap() {
        return "localhost:" + port;
    }

    public long pid() {
        return process.pid();
    }

    /// What the process has used so far.
    ///
    /// @throws IOException when the broker is no longer there, with the end of what it printed
    public ProcessUse use() throws IOException {
        if (!process.isAlive()) {
            throw new IOException(
                    server.name()
                            + " ended with exit code "
                            + process.exitValue()
                            + "; it printed:\n"
                            + lastLines());
        }
        return ProcessUse.of(process.pid());
    }

    /// Ends the process as nothing in it can prevent: SIGKILL.
    public void kill() throws IOException {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a broker was killed", e);
        }
    }

    @Override
    public void close() throws IOException {
        List<ProcessHandle> started = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
                throw new IOException(
                        server.name()
                                + " did not stop within "
                                + STOP_SECONDS_MAX
                                + " s of SIGTERM; it printed:\n"
                                + lastLines());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
            started.forEach(ProcessHandle::destroyForcibly);
        }
    }

    /// Whether somebody listens where the broker is to serve.
    ///
    /// @throws IOException when the broker is no longer there, with the end of what it printed
    public boolean listens() throws IOException {
        use();
        try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (ConnectException notYet) {
            return false;
        }
    }

    /// The lines that the broker printed with `part` in them.
    public List<String> printed(String part) throws IOException {
        return Files.readAllLines(output).stream().filter(line -> line.contains(part)).toList();
    }

    /// The end of what the broker printed, for the message that says why it failed.
    public String lastLines() throws IOException {
        List<String> lines = Files.readAllLines(output);
        return String.join(
                "\n", lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size()));
    }
}
