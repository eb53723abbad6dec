package io.octavo.system;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/// Programs and files outside the project that tests need.
///
/// A test asks for what it needs first. Where `CI=true` a missing tool fails the test; elsewhere
/// the test is not run, and what was missing is named when all tests are through.
public final class Tools {
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static final Set<String> MISSING = new TreeSet<>();

    private Tools() {}

    public static String kcat() {
        for (String directory : System.getenv("PATH").split(File.pathSeparator, -1)) {
            Path program = Path.of(directory, "kcat");
            if (Files.isExecutable(program)) {
                return program.toString();
            }
        }
        return missing("kcat (Debian's package kcat)");
    }

    /// A `java` command line for a class of Apache Kafka, without its arguments.
    static List<String> kafka(String mainClass, String... options) {
        return kafka(List.of(), mainClass, options);
    }

    /// The same for a class of ours that uses Apache Kafka's, which is in one of `homes`.
    public static List<String> kafka(List<Path> homes, String mainClass, String... options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        Path logback = ROOT.resolve("system-tests/src/test/resources/kafka-logback.xml");
        command.add("-Dlogback.configurationFile=" + logback);
        StringJoiner classPath = new StringJoiner(File.pathSeparator);
        homes.forEach(home -> classPath.add(home.toString()));
        try {
            classPath.add(Files.readString(ROOT.resolve("system-tests/target/kafka.classpath")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        command.addAll(List.of("-cp", classPath.toString(), mainClass));
        return command;
    }

    /// The directory of real log files, which lie outside the project; or null, and that is noted.
    static @Nullable Path logFiles() {
        Path beside = ROOT.resolveSibling("shared").resolve("data/logs");
        Path logs = Path.of(System.getProperty("octavo.logs", beside.toString()));
        if (Files.isDirectory(logs)) {
            return logs;
        }
        note("log files in " + logs + " (generated lines took their place)");
        return null;
    }

    static Set<String> missing() {
        return Set.copyOf(MISSING);
    }

    /// Ends a test that cannot be run without `tool`.
    public static String missing(String tool) {
        note(tool);
        throw new TestAbortedException("no " + tool);
    }

    private static void note(String what) {
        if (Boolean.parseBoolean(System.getenv("CI"))) {
            throw new AssertionError("CI has no " + what);
        }
        MISSING.add(what);
    }
}
