package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentExtentTest {
    private static final int BLOCK = 64 << 10;

    @TempDir Path root;

    private Path path;
    private SegmentExtent extent;

    @BeforeEach
    void create() throws IOException {
        path = root.resolve("segment");
        SegmentFile file = new SegmentFile(new OpenFiles(new UnforcedFiles()), path);
        file.create();
        extent = new SegmentExtent(file, 0);
    }

    @Test
    void theBlockThatASmallBatchBeginsIsWrittenWhole() throws IOException {
        extent.extend(10 * BLOCK, true);

        extent.write(ByteBuffer.allocate(10_000), BLOCK - 5_000);

        assertThat(extent.zeroedBytes()).isEqualTo(BLOCK);
        extent.write(ByteBuffer.allocate(10_000), BLOCK + 5_000);
        assertThat(extent.zeroedBytes()).isEqualTo(2 * BLOCK);
    }

    @Test
    void ofASlowLogNoBlockIsWrittenWhole() throws IOException {
        extent.extend(10 * BLOCK, false);

        extent.write(ByteBuffer.allocate(10_000), BLOCK - 5_000);

        assertThat(extent.zeroedBytes()).isZero();
    }

    @Test
    void noMoreIsWrittenThanThereIsRoom() throws IOException {
        extent.extend(50_000, true);

        extent.write(ByteBuffer.allocate(10_000), 0);

        assertThat(extent.zeroedBytes()).isEqualTo(50_000);
        assertThat(Files.size(path)).isEqualTo(50_000);
    }

    @Test
    void theLastBlockOfTheLargestSegmentEndsWithIt() throws IOException {
        extent.extend(Integer.MAX_VALUE, true);

        extent.write(ByteBuffer.allocate(10_000), Integer.MAX_VALUE - 30_000);

        assertThat(extent.zeroedBytes()).isEqualTo(Integer.MAX_VALUE);
        assertThat(Files.size(path)).isEqualTo(Integer.MAX_VALUE);
    }
}
