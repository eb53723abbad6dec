package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Reading past the system's memory gives the same bytes, wherever they begin and end.
class DiskReadsTest {
    @TempDir Path temp;

    @Test
    void anyPartOfAFileIsReadAsItIs() throws IOException {
        byte[] bytes = new byte[900_001];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31 + i / 257);
        }
        Path path = Files.write(temp.resolve("file"), bytes);
        try (LogFile file = LogFiles.system().open(path, LogFiles.Mode.READ_DISK)) {
            assertThat(file.sizeBytes()).isEqualTo(bytes.length);
            int[] starts = {0, 1, 511, 512, 4_095, 4_096, 262_143, 262_144, 899_999, 900_001};
            for (int start : starts) {
                for (int length : new int[] {1, 512, 4_097, 262_144, 700_000, 2_000_000}) {
                    ByteBuffer into = ByteBuffer.allocate(length);
                    int read = file.read(into, start);
                    int end = (int) Math.min(bytes.length, (long) start + length);
                    assertThat(read).isEqualTo(end - start);
                    assertThat(Arrays.copyOf(into.array(), read))
                            .as("%d from %d", length, start)
                            .isEqualTo(Arrays.copyOfRange(bytes, start, end));
                }
            }
        }
    }

    @Test
    void anEmptyFileHasNothing() throws IOException {
        Path path = Files.createFile(temp.resolve("empty"));
        try (LogFile file = LogFiles.system().open(path, LogFiles.Mode.READ_DISK)) {
            assertThat(file.read(ByteBuffer.allocate(10), 0)).isZero();
        }
    }

    @Test
    void whatWasJustWrittenIsThere() throws IOException {
        Path path = temp.resolve("written");
        try (LogFile writer = LogFiles.system().open(path, LogFiles.Mode.CREATE);
                LogFile reader = LogFiles.system().open(path, LogFiles.Mode.READ_DISK)) {
            writer.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 0);

            ByteBuffer into = ByteBuffer.allocate(3);
            assertThat(reader.read(into, 0)).isEqualTo(3);
            assertThat(into.array()).containsExactly(1, 2, 3);
        }
    }

    @Test
    void aFileThatIsNotThereIsSaidToBe() {
        assertThatThrownBy(
                        () -> LogFiles.system().open(temp.resolve("none"), LogFiles.Mode.READ_DISK))
                .isInstanceOf(NoSuchFileException.class);
    }
}
