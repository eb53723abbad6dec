package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// After a start it is told which logs are damaged, although nobody has asked for them.
class KnownDamageTest {
    @TempDir Path root;
    private final List<String> told = new ArrayList<>();
    private Disk disk;
    private Log log;

    @BeforeEach
    void fill() throws IOException {
        disk = new Disk(root);
        log = disk.log();
        log.append(Batches.of(2), 0);
        log.force();
        disk.checkpoint();
    }

    @AfterEach
    void close() throws IOException {
        disk.close();
    }

    @Test
    void aLogOfWhichDamageWasNoted() throws IOException {
        log.damage().add(List.of(new DamagedRange(0, 2, 0, 0, 10, "a test said so")));

        start();

        assertThat(told).containsExactly(Disk.NAME);
    }

    @Test
    void aLogThatIsGone() throws IOException {
        disk.directory().close();
        try (Stream<Path> files = Files.list(root.resolve(Disk.NAME))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(root.resolve(Disk.NAME));

        start();

        assertThat(told).containsExactly(Disk.NAME);
    }

    @Test
    void noOther() throws IOException {
        start();

        assertThat(told).isEmpty();
    }

    private void start() throws IOException {
        disk.restart();
        disk.watch(told::add);
        disk.directory().partitions().setAsideUnknown(() -> _ -> true);
    }
}
