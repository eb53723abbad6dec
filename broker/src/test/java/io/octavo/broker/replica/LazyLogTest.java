package io.octavo.broker.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.octavo.log.DataDirectory;
import io.octavo.log.Log;
import io.octavo.log.LogConfig;
import io.octavo.log.LogFiles;
import io.octavo.ports.ManualClock;
import io.octavo.ports.ManualLoop;
import io.octavo.ports.Randomness;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A log between two data directories, each with a worker of its own.
class LazyLogTest {
    private static final String NAME = "t-0";
    private static final Uuid TOPIC = new Uuid(1, 2);

    @TempDir Path source;
    @TempDir Path target;

    private final ManualLoop sourceWorker = new ManualLoop(new ManualClock());
    private final ManualLoop targetWorker = new ManualLoop(new ManualClock());
    private final ManualLoop opener = new ManualLoop(new ManualClock());
    private final AtomicInteger removed = new AtomicInteger();
    private Storage from;
    private Storage to;
    private LazyLog lazy;
    private Runnable whileOpening = () -> {};

    @BeforeEach
    void open() throws IOException {
        GivenUp givenUp = new GivenUp();
        from = new Storage(directory(source), sourceWorker, opener, givenUp);
        to = new Storage(directory(target), targetWorker, opener, givenUp);
        lazy =
                new LazyLog(
                        from,
                        NAME,
                        TOPIC,
                        LogConfig.defaults(),
                        new LazyLog.Owner() {
                            @Override
                            public void opening(Log log) {
                                whileOpening.run();
                            }

                            @Override
                            public void opened() {}
                        });
    }

    @AfterEach
    void close() throws IOException {
        from.directory().close();
        to.directory().close();
    }

    @Test
    void aLogThatIsDeletedWhileItIsOpenedWhereItMovedToIsRemoved() throws IOException {
        Log moved = to.directory().log(NAME, TOPIC, LogConfig.defaults());
        moved.append(new RecordBatch(Batches.of("a")), 0);
        moved.close();
        lazy.demand();
        sourceWorker.run();
        Log log = Objects.requireNonNull(lazy.log());
        assertThat(lazy.release(log)).isTrue();
        log.close();
        whileOpening =
                () -> {
                    lazy.leave(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
                    lazy.delete(null, removed::incrementAndGet);
                    targetWorker.run();
                };

        lazy.openIn(to);
        assertThat(removed).hasValue(0);
        targetWorker.advanceMs(LazyLog.RETRY_MS_MIN);
        targetWorker.run();

        assertThat(removed).hasValue(1);
        assertThat(to.directory().partitions().names()).isEmpty();
    }

    /// As an adopted one is.
    @Test
    void aLargeLogThatTheCheckpointDoesNotKnowIsOpenedBesideTheOthers() throws IOException {
        fill(LazyLog.LARGE_BYTES + 1);

        lazy.demand();
        sourceWorker.run();
        assertThat(lazy.settled()).isFalse();
        opener.run();

        assertThat(lazy.log()).isNotNull();
    }

    @Test
    void oneThatIsLeftMeanwhileIsNotOpened() throws IOException {
        fill(LazyLog.LARGE_BYTES + 1);
        lazy.demand();
        sourceWorker.run();

        lazy.leave(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        lazy.delete(null, removed::incrementAndGet);
        sourceWorker.run();
        opener.run();

        assertThat(removed).hasValue(1);
        assertThat(from.directory().partitions().names()).isEmpty();
    }

    /// Retention waits for it no more than others do.
    @Test
    void aLargeOneOfWhichSomethingGoesIsOpenedBesideTheOthers() throws IOException {
        fill(LazyLog.LARGE_BYTES + 1);
        lazy.configure(LogConfig.defaults().with(new LogConfig.Retention(1, -1)));

        assertThat(lazy.visitExpired(Long.MAX_VALUE, _ -> fail("opened here"))).isFalse();
        sourceWorker.run();
        assertThat(lazy.settled()).isFalse();
        opener.run();

        assertThat(lazy.log()).isNotNull();
    }

    @Test
    void aSmallOneOfWhichSomethingGoesIsVisited() throws IOException {
        fill(1_000);
        lazy.configure(LogConfig.defaults().with(new LogConfig.Retention(1, -1)));
        AtomicInteger visits = new AtomicInteger();

        assertThat(lazy.visitExpired(Long.MAX_VALUE, _ -> visits.incrementAndGet())).isTrue();

        assertThat(visits).hasValue(1);
        assertThat(lazy.log()).isNull();
    }

    @Test
    void aSmallOneIsNot() throws IOException {
        fill(1_000);

        lazy.demand();
        sourceWorker.run();

        assertThat(lazy.log()).isNotNull();
    }

    @Test
    void oneThatTheCheckpointKnowsIsNot() throws IOException {
        Log large = from.directory().log(NAME, TOPIC, LogConfig.defaults());
        append(large, LazyLog.LARGE_BYTES + 1);
        large.close();

        lazy.demand();
        sourceWorker.run();

        assertThat(lazy.log()).isNotNull();
    }

    /// As the process of another leaves it.
    private void fill(long bytes) throws IOException {
        Path other = Files.createDirectory(source.resolve("other"));
        try (DataDirectory past = directory(other)) {
            Log log = past.log(NAME, TOPIC, LogConfig.defaults());
            append(log, bytes);
            log.force();
        }
        Files.move(other.resolve(NAME), source.resolve(NAME));
    }

    private static void append(Log log, long bytes) throws IOException {
        String value = "v".repeat((int) Math.min(bytes, 1 << 20));
        for (long left = bytes; left > 0; left -= value.length()) {
            log.append(new RecordBatch(Batches.of(value)), 0);
        }
    }

    private static DataDirectory directory(Path root) throws IOException {
        return DataDirectory.open(
                root, LogFiles.system(), new ManualClock(), Randomness.seeded(1), "boot");
    }
}
