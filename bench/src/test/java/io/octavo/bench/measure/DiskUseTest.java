package io.octavo.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskUseTest {
    private static final int MIB = 1 << 20;

    @TempDir Path directory;

    @Test
    void whatWasWrittenCounts() throws Exception {
        long before = DiskUse.bytes(directory);
        Files.write(directory.resolve("written"), new byte[MIB]);

        assertThat(DiskUse.bytes(directory) - before).isBetween((long) MIB, 2L * MIB);
    }

    @Test
    void aHoleInAFileDoesNotCount() throws Exception {
        long before = DiskUse.bytes(directory);
        try (FileChannel file =
                FileChannel.open(
                        directory.resolve("sparse"),
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(1), 64L * MIB);
        }

        assertThat(DiskUse.bytes(directory) - before).isLessThan(MIB);
    }

    @Test
    void whatDuDoesNotSayIsNotMadeUp() {
        assertThatThrownBy(() -> DiskUse.bytes(directory.resolve("absent")))
                .isInstanceOf(IOException.class);
    }
}
