package io.octavo.log;

import io.octavo.ports.ManualClock;
import io.octavo.ports.ManualLoop;
import io.octavo.ports.Randomness;
import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// A data directory in real files, with a clock moved by hand, for tests: opened, stopped cleanly,
/// or left as a process that is killed leaves it and opened by the next.
final class Disk implements AutoCloseable {
    static final Uuid TOPIC = new Uuid(1, 2);
    static final String NAME = "topic-0";

    final Path root;
    final ManualClock clock = new ManualClock();
    private final Randomness randomness = Randomness.seeded(1);
    private final LogFiles files;
    private String boot;
    private DataDirectory directory;

    Disk(Path root) throws IOException {
        this(root, new UnforcedFiles());
    }

    Disk(Path root, LogFiles files) throws IOException {
        this(root, files, "boot");
    }

    private Disk(Path root, LogFiles files, String boot) throws IOException {
        this.root = root;
        this.files = files;
        this.boot = boot;
        directory = DataDirectory.open(root, files, clock, randomness, boot);
    }

    static Disk on(Path root, LogFiles files) throws IOException {
        return new Disk(root, files);
    }

    /// Files that were copied and changed, opened by a machine that was started again.
    static Disk reopened(Path root, String boot) throws IOException {
        return new Disk(root, new UnforcedFiles(), boot);
    }

    /// What the files are at this moment, opened by another process after this one was killed.
    Disk killed(Path copy) throws IOException {
        copyTo(copy);
        return new Disk(copy, new UnforcedFiles());
    }

    void copyTo(Path copy) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                Files.copy(path, copy.resolve(root.relativize(path).toString()));
            }
        }
    }

    DataDirectory directory() {
        return directory;
    }

    /// Writes down where the logs are, and removes what has gone.
    void checkpoint() throws IOException {
        directory.checkpoint();
        while (directory.remove()) {
            // One thing more is gone.
        }
    }

    /// Begins to force, on a loop that does not run, and hears of logs that are not open and
    /// rotten.
    void watch(Consumer<String> rotten) {
        directory.start(
                List.of(new ManualLoop(clock)),
                new DataDirectory.Watch() {
                    @Override
                    public void rotten(String log) {
                        rotten.accept(log);
                    }
                });
    }

    Log log() throws IOException {
        return log(LogConfig.defaults());
    }

    Log log(LogConfig config) throws IOException {
        return directory.log(NAME, TOPIC, config);
    }

    /// The log's file of this name.
    Path file(String name) {
        return root.resolve(NAME).resolve(name);
    }

    /// Stops cleanly and starts again.
    void restart() throws IOException {
        directory.close();
        directory = start();
    }

    /// Starts again without having stopped: what the logs had in memory is gone.
    void restartKilled() throws IOException {
        directory = start();
    }

    /// The same, but the machine was restarted too.
    void restartMachine() throws IOException {
        boot += "+";
        directory = start();
    }

    @Override
    public void close() throws IOException {
        directory.close();
    }

    private DataDirectory start() throws IOException {
        return DataDirectory.open(root, files, clock, randomness, boot);
    }
}
