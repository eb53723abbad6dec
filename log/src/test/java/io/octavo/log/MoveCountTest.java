package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MoveCountTest {
    @TempDir Path directory;
    private final LogFiles files = new UnforcedFiles();

    @Test
    void whatIsWrittenIsRead() throws IOException {
        assertThat(MoveCount.read(files, directory)).isEqualTo(MoveCount.NONE);
        new MoveCount(3).write(files, directory);
        new MoveCount(3).plus(2).write(files, directory);

        assertThat(MoveCount.read(files, directory).moves()).isEqualTo(5);
        assertThat(files.list(directory)).containsExactly(MoveCount.FILE);
    }

    @Test
    void aFileThatIsNotExactlyThisIsAsGoodAsAbsent() throws IOException {
        new MoveCount(3).write(files, directory);
        Path path = directory.resolve(MoveCount.FILE);
        byte[] right = Files.readAllBytes(path);
        for (int i = 0; i < right.length; i++) {
            byte[] wrong = right.clone();
            wrong[i] ^= 1;
            Files.write(path, wrong);
            assertThat(MoveCount.read(files, directory)).as("byte %d", i).isEqualTo(MoveCount.NONE);
            Files.write(path, Arrays.copyOf(right, i));
            assertThat(MoveCount.read(files, directory))
                    .as("%d bytes", i)
                    .isEqualTo(MoveCount.NONE);
        }
        Files.write(path, Arrays.copyOf(right, right.length + 1));
        assertThat(MoveCount.read(files, directory)).isEqualTo(MoveCount.NONE);
    }
}
