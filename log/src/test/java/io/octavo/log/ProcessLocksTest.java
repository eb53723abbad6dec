package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessLocksTest {
    @TempDir Path directory;

    @Test
    void whoIsRefusedInTheSameProcessDoesNotGiveTheLockAway() throws Exception {
        Path path = directory.resolve(".lock");
        Path link = Files.createSymbolicLink(directory.resolve("link"), path);
        Closeable lock = Objects.requireNonNull(ProcessLocks.lock(path));

        assertThat(ProcessLocks.lock(path)).isNull();
        assertThat(ProcessLocks.lock(link)).isNull();

        assertThat(anotherProcessHas(path)).isFalse();
        lock.close();
        assertThat(anotherProcessHas(path)).isTrue();
        lock.close();
        Closeable again = Objects.requireNonNull(ProcessLocks.lock(path));
        lock.close();
        assertThat(anotherProcessHas(path)).isFalse();
        again.close();
    }

    private static boolean anotherProcessHas(Path path) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classes = System.getProperty("java.class.path");
        List<String> command =
                List.of(java, "-cp", classes, Probe.class.getName(), path.toString());
        return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
    }

    /// Ends with 0 when it gets the lock.
    static final class Probe {
        private Probe() {}

        public static void main(String[] args) throws IOException {
            try (FileChannel channel =
                    FileChannel.open(Path.of(args[0]), StandardOpenOption.WRITE)) {
                System.exit(channel.tryLock() == null ? 1 : 0);
            }
        }
    }
}
