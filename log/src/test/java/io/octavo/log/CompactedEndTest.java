package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A log whose last records went: who reads it has to come to its end all the same.
class CompactedEndTest {
    private static final LogConfig CONFIG =
            LogConfig.defaults().with(new LogConfig.Compaction(true, 0.5, 0, Long.MAX_VALUE, 0));

    @TempDir Path root;
    private Disk disk;
    private Log log;

    @BeforeEach
    void open() throws IOException {
        disk = new Disk(root);
        log = disk.log(CONFIG);
        log.append(Batches.keyed("a", Batches.TIME), 0);
        log.append(Batches.of(2), 0);
        log.append(Batches.of(3), 0);
    }

    @AfterEach
    void close() throws IOException {
        disk.close();
    }

    @Test
    void aReaderComesToTheEnd() throws IOException {
        compact();

        for (long offset = 0; offset < 6; offset++) {
            RecordBatch last = Batches.in(Served.read(log, offset)).getLast();
            assertThat(last.nextOffset()).isEqualTo(6);
            assertThat(last.count()).isZero();
        }
        assertThat(CompactionModel.records(log)).hasSize(1);
    }

    @Test
    void whatWasKeptForThatGoesOnceSomethingIsBehindIt() throws IOException {
        compact();
        log.append(Batches.keyed("b", Batches.TIME), 0);

        compact();

        assertThat(CompactionModel.batches(log))
                .extracting(RecordBatch::baseOffset)
                .containsExactly(0L, 6L);
    }

    private void compact() throws IOException {
        log.roll();
        CompactionModel.compact(log, disk.clock.wallMs(), 1 << 16);
    }
}
