package io.octavo.system;

import io.octavo.ports.Clock;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/// A process that a test started, whose output is kept line by line. Standard error goes into
/// standard output.
public final class Child implements AutoCloseable {
    /// Enough to see why a process failed; the rest is forgotten.
    private static final int LINES_KEPT_MAX = 100_000;

    private static final long STOP_WAIT_SECONDS = 20;
    private static final int CLOCK_TICKS_PER_SECOND = 100;
    private static final int STAT_FIELDS_BEFORE_USER_TIME = 11;

    private final String name;
    private final Process process;
    private final Consumer<String> heard;
    private final Deque<String> lines = new ArrayDeque<>();
    private boolean outputEnded;

    private Child(String name, Process process, Consumer<String> heard) {
        this.name = name;
        this.process = process;
        this.heard = heard;
    }

    /// Starts `builder`'s command with an empty standard input.
    public static Child start(String name, ProcessBuilder builder) {
        builder.redirectErrorStream(true);
        return start(name, builder, Process::getInputStream);
    }

    /// The same for a program whose standard output `builder` sends elsewhere: only its errors are
    /// kept.
    static Child startKeepingErrors(String name, ProcessBuilder builder) {
        return start(name, builder, Process::getErrorStream);
    }

    /// The same for a program whose errors `builder` sends elsewhere: each line of its standard
    /// output is also handed to `heard`, at once, on the thread that reads it.
    public static Child startHeard(String name, ProcessBuilder builder, Consumer<String> heard) {
        return start(name, builder, Process::getInputStream, heard);
    }

    private static Child start(
            String name, ProcessBuilder builder, Function<Process, InputStream> output) {
        return start(name, builder, output, _ -> {});
    }

    private static Child start(
            String name,
            ProcessBuilder builder,
            Function<Process, InputStream> output,
            Consumer<String> heard) {
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            Child child = new Child(name, process, heard);
            Thread.ofPlatform()
                    .daemon()
                    .name(name + "-output")
                    .start(() -> child.readOutput(output.apply(process)));
            return child;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /// Waits until the process has printed a line that `wanted` accepts, and returns it.
    synchronized String awaitLine(Predicate<String> wanted, long timeoutMs) {
        long deadline = Clock.system().millis() + timeoutMs;
        try {
            while (true) {
                for (String line : lines) {
                    if (wanted.test(line)) {
                        return line;
                    }
                }
                long waitMs = deadline - Clock.system().millis();
                if (outputEnded || waitMs <= 0) {
                    String why =
                            outputEnded ? " ended" : " said nothing of it in " + timeoutMs + " ms";
                    throw new AssertionError(name + why + ":\n" + output());
                }
                wait(waitMs);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(name + ": interrupted", e);
        }
    }

    /// What the process has printed, its last lines when it was much.
    public synchronized String output() {
        return String.join("\n", lines);
    }

    /// Asks the process to stop (SIGTERM), waits until it has, and returns its exit code.
    public int stop() {
        process.destroy();
        return exitCode(STOP_WAIT_SECONDS);
    }

    /// Ends the process at once (SIGKILL).
    public void kill() {
        process.destroyForcibly();
        exitCode(STOP_WAIT_SECONDS);
    }

    /// Waits until the process has ended by itself and all its output was read.
    public int exitCode(long timeoutSeconds) {
        try {
            if (!process.waitFor(timeoutSeconds, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(
                        name + " did not end in " + timeoutSeconds + " s:\n" + output());
            }
            synchronized (this) {
                while (!outputEnded) {
                    wait();
                }
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new AssertionError(name + ": interrupted", e);
        }
    }

    /// Memory of the process that is in RAM now.
    public long residentBytes() {
        for (String line : proc("status").split("\n", -1)) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        throw new AssertionError(name + " has no VmRSS");
    }

    /// A line of the kernel's account of what the process has read and written: `rchar`,
    /// `read_bytes`.
    public long io(String field) {
        for (String line : proc("io").split("\n", -1)) {
            if (line.startsWith(field + ":")) {
                return Long.parseLong(line.substring(field.length() + 1).strip());
            }
        }
        throw new AssertionError(name + " has no " + field);
    }

    /// CPU time that the process has used, in user and in system mode.
    double cpuSeconds() {
        String stat = proc("stat");
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long ticks =
                Long.parseLong(fields[STAT_FIELDS_BEFORE_USER_TIME])
                        + Long.parseLong(fields[STAT_FIELDS_BEFORE_USER_TIME + 1]);
        return (double) ticks / CLOCK_TICKS_PER_SECOND;
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
    }

    private String proc(String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid()), file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void readOutput(InputStream output) {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(output, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                keep(line);
                heard.accept(line);
            }
        } catch (IOException e) {
            keep("(output lost: " + e.getMessage() + ")");
        } finally {
            end();
        }
    }

    private synchronized void keep(String line) {
        if (lines.size() == LINES_KEPT_MAX) {
            lines.removeFirst();
        }
        lines.addLast(line);
        notifyAll();
    }

    private synchronized void end() {
        outputEnded = true;
        notifyAll();
    }
}
