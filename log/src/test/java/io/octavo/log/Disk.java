package io.octavo.log;

import io.octavo.ports.ManualClock;
import io.octavo.ports.Randomness;
import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// A data directory in real files, with a clock moved by hand, for tests: opened, stopped cleanly,
/// or copied as a process that is killed leaves it.
final class Disk implements AutoCloseable {
    static final Uuid TOPIC = new Uuid(1, 2);
    static final String NAME = "topic-0";

    private static final String BOOT = "boot-1";

    final Path root;
    final ManualClock clock;
    final Randomness randomness;

    private DataDirectory directory;

    private Disk(Path root, ManualClock clock, Randomness randomness, LogFiles files, String boot)
            throws IOException {
        this.root = root;
        this.clock = clock;
        this.randomness = randomness;
        directory = DataDirectory.open(root, files, clock, randomness, boot);
    }

    static Disk at(Path root) throws IOException {
        return on(root, LogFiles.system());
    }

    static Disk on(Path root, LogFiles files) throws IOException {
        return new Disk(root, new ManualClock(), Randomness.seeded(1), files, BOOT);
    }

    DataDirectory directory() {
        return directory;
    }

    Log log() throws IOException {
        return log(LogConfig.defaults());
    }

    Log log(LogConfig config) throws IOException {
        return directory.log(NAME, TOPIC, config);
    }

    /// The file of the log with this name.
    Path file(String name) {
        return root.resolve(NAME).resolve(name);
    }

    /// Stops cleanly and starts again.
    void restart() throws IOException {
        directory.close();
        directory = DataDirectory.open(root, LogFiles.system(), clock, randomness, BOOT);
    }

    /// What the files are at this moment, opened by another process after this one was killed.
    Disk killed(Path copy) throws IOException {
        copyTo(copy);
        return new Disk(copy, clock, randomness, LogFiles.system(), BOOT);
    }

    /// The same, but the machine was restarted too; nothing was lost.
    Disk machineRestarted(Path copy) throws IOException {
        copyTo(copy);
        return new Disk(copy, clock, randomness, LogFiles.system(), "boot-2");
    }

    void copyTo(Path copy) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            paths.forEach(path -> copy(path, copy.resolve(root.relativize(path).toString())));
        }
    }

    /// A copy that somebody changed, opened.
    static Disk reopened(Path root, String boot) throws IOException {
        return new Disk(root, new ManualClock(), Randomness.seeded(2), LogFiles.system(), boot);
    }

    @Override
    public void close() throws IOException {
        directory.close();
    }

    private static void copy(Path from, Path to) {
        try {
            Files.copy(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
