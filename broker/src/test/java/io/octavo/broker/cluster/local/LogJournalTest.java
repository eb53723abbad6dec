package io.octavo.broker.cluster.local;

import static io.octavo.broker.cluster.local.StoreAnswers.OK;
import static io.octavo.broker.cluster.local.StoreAnswers.bytes;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.broker.cluster.Coordination;
import io.octavo.broker.cluster.StoreNode;
import io.octavo.broker.cluster.StoreWrite;
import io.octavo.log.DataDirectory;
import io.octavo.log.LogFiles;
import io.octavo.ports.ManualClock;
import io.octavo.ports.ManualLoop;
import io.octavo.ports.Randomness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The local store on a real log in a real directory. A process that was killed is a copy of its
/// directory.
class LogJournalTest {
    private final ManualClock clock = new ManualClock();
    private final ManualLoop loop = new ManualLoop(clock);
    private final StoreAnswers answers = new StoreAnswers(loop);

    @TempDir private Path parent;

    @Test
    void theStoreSurvivesACleanStop() throws IOException {
        Path data = parent.resolve("data");
        try (DataDirectory directory = directory(data)) {
            Coordination store = open(directory);
            commit(store, new StoreWrite.Create("/a", bytes("1")));
            commit(store, new StoreWrite.Set("/a", bytes("2"), 0));
        }

        try (DataDirectory directory = directory(data)) {
            StoreNode node = answers.node(open(directory), "/a");
            assertThat(node.value()).isEqualTo(bytes("2"));
            assertThat(node.version()).isEqualTo(1);
        }
    }

    @Test
    void whatWasAnsweredSurvivesAKillAndATornTail() throws IOException {
        Path data = parent.resolve("data");
        try (DataDirectory directory = directory(data)) {
            Coordination store = open(directory);
            for (int i = 0; i < 6; i++) {
                commit(store, new StoreWrite.Create("/n" + i, bytes("x".repeat(i * 10))));
                Path killed = copy(data, parent.resolve("killed" + i));
                Path torn = copy(data, parent.resolve("torn" + i));
                Files.write(
                        journalFile(torn),
                        "torn".repeat(i).getBytes(UTF_8),
                        StandardOpenOption.APPEND);
                assertHolds(killed, i);
                assertHolds(torn, i);
            }
        }
    }

    @Test
    void aSnapshotGivesUpWhatIsBeforeIt() throws IOException {
        Path data = parent.resolve("data");
        String large = "x".repeat(60_000);
        try (DataDirectory directory = directory(data)) {
            Coordination store = open(directory);
            commit(store, new StoreWrite.Create("/a", bytes("")));
            for (int i = 0; i < 60; i++) {
                commit(store, new StoreWrite.Set("/a", bytes(large + i), i));
                if (i % 10 == 0) {
                    directory.checkpoint();
                }
            }
            directory.checkpoint();
            while (directory.remove()) {
                // One segment more is gone.
            }
            assertThat(journalBytes(data)).isLessThan(3 * 1024 * 1024);
            try (DataDirectory killed = directory(copy(data, parent.resolve("killed")))) {
                assertThat(answers.node(open(killed), "/a").value()).isEqualTo(bytes(large + 59));
            }
        }

        try (DataDirectory directory = directory(data)) {
            StoreNode node = answers.node(open(directory), "/a");
            assertThat(node.value()).isEqualTo(bytes(large + 59));
            assertThat(node.version()).isEqualTo(60);
        }
    }

    @Test
    void aJournalWhoseBytesChangedIsNotLoadedAtAll() throws IOException {
        Path data = parent.resolve("data");
        try (DataDirectory directory = directory(data)) {
            Coordination store = open(directory);
            commit(store, new StoreWrite.Create("/a", bytes("first value")));
            commit(store, new StoreWrite.Create("/b", bytes("second value")));
        }
        byte[] content = Files.readAllBytes(journalFile(data));
        content[80] ^= 1;
        Files.write(journalFile(data), content);

        try (DataDirectory directory = directory(data)) {
            assertThatThrownBy(() -> open(directory)).isInstanceOf(IOException.class);
        }
    }

    private void assertHolds(Path data, int last) throws IOException {
        try (DataDirectory directory = directory(data)) {
            Coordination store = open(directory);
            for (int i = 0; i <= last; i++) {
                assertThat(answers.node(store, "/n" + i).value())
                        .isEqualTo(bytes("x".repeat(i * 10)));
            }
            commit(store, new StoreWrite.Create("/after", bytes("")));
        }
    }

    private DataDirectory directory(Path path) throws IOException {
        return DataDirectory.open(path, LogFiles.system(), clock, Randomness.seeded(1), "boot");
    }

    private Coordination open(DataDirectory directory) throws IOException {
        return LocalCoordination.open(
                directory,
                clock,
                loop,
                failure -> {
                    throw new UncheckedIOException(failure);
                });
    }

    private static Path journalFile(Path data) throws IOException {
        try (Stream<Path> files = Files.list(data.resolve(LocalCoordination.JOURNAL))) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .max(Path::compareTo)
                    .orElseThrow();
        }
    }

    private static long journalBytes(Path data) throws IOException {
        try (Stream<Path> files = Files.list(data.resolve(LocalCoordination.JOURNAL))) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }

    private static Path copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
        return to;
    }

    private void commit(Coordination store, StoreWrite write) {
        assertThat(answers.await(store.commit(List.of(write)))).isEqualTo(OK);
    }
}
