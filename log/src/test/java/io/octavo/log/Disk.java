package io.octavo.log;

import io.octavo.ports.ManualClock;
import io.octavo.ports.Randomness;
import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.file.Path;

/// A data directory in real files, with a clock moved by hand, for tests: opened, stopped cleanly,
/// or left as a process that is killed leaves it and opened by the next.
final class Disk implements AutoCloseable {
    static final Uuid TOPIC = new Uuid(1, 2);
    static final String NAME = "topic-0";

    final Path root;
    final ManualClock clock = new ManualClock();
    private final Randomness randomness = Randomness.seeded(1);
    private final LogFiles files;
    private int boots = 1;
    private DataDirectory directory;

    Disk(Path root) throws IOException {
        this(root, new UnforcedFiles());
    }

    Disk(Path root, LogFiles files) throws IOException {
        this.root = root;
        this.files = files;
        directory = start();
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
        boots++;
        directory = start();
    }

    @Override
    public void close() throws IOException {
        directory.close();
    }

    private DataDirectory start() throws IOException {
        return DataDirectory.open(root, files, clock, randomness, "boot-" + boots);
    }
}
