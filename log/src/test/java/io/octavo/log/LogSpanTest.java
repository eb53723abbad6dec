package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.ports.Randomness;
import io.octavo.protocol.record.Compression;
import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogSpanTest {
    private static final long SEED = 7;

    @TempDir Path temp;
    private Disk disk;
    private Log log;

    @BeforeEach
    void open() throws IOException {
        disk = new Disk(temp);
        log = disk.log();
    }

    @AfterEach
    void close() throws IOException {
        disk.close();
    }

    @Test
    void nothingLiesBetweenEqualOffsets() throws IOException {
        assertThat(log.span(0, 0)).isEqualTo(new LogSpan(0, RecordBatch.NO_TIMESTAMP));
        log.append(Batches.of(3), 0);

        assertThat(log.span(3, 3)).isEqualTo(new LogSpan(0, RecordBatch.NO_TIMESTAMP));
        assertThat(log.span(2, 1)).isEqualTo(new LogSpan(0, RecordBatch.NO_TIMESTAMP));
        assertThat(log.span(9, 12)).isEqualTo(new LogSpan(0, RecordBatch.NO_TIMESTAMP));
    }

    @Test
    void aBatchThatBeginsBeforeCountsWhole() throws IOException {
        RecordBatch batch = Batches.at(Compression.GZIP, 50, 60, 70);
        log.append(batch, 0);

        assertThat(log.span(1, 3)).isEqualTo(new LogSpan(batch.sizeBytes(), 50));
        assertThat(log.span(0, 100)).isEqualTo(new LogSpan(batch.sizeBytes(), 50));
    }

    @Test
    void itIsTheSumOfTheBatchesInBetween() throws IOException {
        Randomness random = Randomness.seeded(SEED);
        List<RecordBatch> batches = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            RecordBatch batch = Batches.of(1 + random.nextInt(4), random.nextInt(300), 1_000 + i);
            log.append(batch, 0);
            batches.add(batch);
            if (random.nextInt(40) == 0) {
                log.roll();
            }
        }

        for (int i = 0; i < 2_000; i++) {
            int from = random.nextInt(batches.size());
            int to = from + 1 + random.nextInt(batches.size() - from);
            long bytes = 0;
            for (RecordBatch batch : batches.subList(from, to)) {
                bytes += batch.sizeBytes();
            }
            RecordBatch first = batches.get(from);
            long begin =
                    first.baseOffset()
                            + random.nextInt((int) (first.nextOffset() - first.baseOffset()));

            assertThat(log.span(begin, batches.get(to - 1).nextOffset()))
                    .as("seed %d, %d to %d", SEED, from, to)
                    .isEqualTo(new LogSpan(bytes, 1_000 + from));
        }
    }

    @Test
    void whatIsBeforeTheStartDoesNotCount() throws IOException {
        log.append(Batches.of(2, 10, 1_000), 0);
        log.roll();
        RecordBatch second = Batches.of(2, 10, 2_000);
        log.append(second, 0);
        log.advanceStart(2);

        assertThat(log.span(0, 4)).isEqualTo(new LogSpan(second.sizeBytes(), 2_000));
    }
}
