package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProducersInMemoryTest {
    private static final int MANY = 100;

    @TempDir Path root;
    private Disk disk;
    private Log log;

    @BeforeEach
    void open() throws IOException {
        disk = new Disk(root);
        log = disk.log();
    }

    @AfterEach
    void close() throws IOException {
        disk.close();
    }

    @Test
    void whileThereAreTooManyALogForgetsTheIdlestForEachNewOne() throws IOException {
        append(0, MANY);
        boundOften(MANY);

        append(MANY, MANY + 1);

        assertThat(log.producers().count()).isEqualTo(ProducersInMemory.OF_LOG_MIN);
        assertThat(log.producers().knows(MANY)).isTrue();
        assertThat(log.producers().knows(MANY - ProducersInMemory.OF_LOG_MIN + 1)).isTrue();
        assertThat(log.producers().knows(MANY - ProducersInMemory.OF_LOG_MIN)).isFalse();
    }

    @Test
    void aLogThatLearnsOfNoneForgetsThemWhenItIsLookedThrough() throws IOException {
        append(0, MANY);
        boundOften(MANY);

        log.producers().expire(0);

        assertThat(log.producers().count()).isEqualTo(ProducersInMemory.OF_LOG_MIN);
    }

    @Test
    void whoHasATransactionOpenIsRemembered() throws IOException {
        log.append(Batches.inTransaction(7, 0, 0, 1), 0);
        append(100, 100 + MANY);
        boundOften(MANY);

        log.producers().expire(0);

        assertThat(log.producers().knows(7)).isTrue();
    }

    @Test
    void asManyAsThereMayBeStay() throws IOException {
        append(0, MANY);
        boundOften(MANY + 1);

        append(MANY, MANY + 1);
        log.producers().expire(0);

        assertThat(log.producers().count()).isEqualTo(MANY + 1);
    }

    @Test
    void whereThereAreFewAgainALogMayRememberMore() throws IOException {
        append(0, MANY);
        ProducersInMemory all = new ProducersInMemory(List.of(disk.directory()), MANY);
        boundOften(all);
        log.producers().expire(0);
        boundOften(all);

        append(MANY, 2 * MANY);

        assertThat(log.producers().count()).isEqualTo(ProducersInMemory.OF_LOG_MIN + MANY);
    }

    @Test
    void aSnapshotBringsBackNoMoreThanALogMayRemember() throws IOException {
        append(0, MANY);
        boundOften(MANY);
        log.roll();
        log.close();

        log = disk.log();

        assertThat(log.producers().count()).isEqualTo(ProducersInMemory.OF_LOG_MIN);
        assertThat(log.producers().knows(MANY - 1)).isTrue();
    }

    private void boundOften(int max) {
        boundOften(new ProducersInMemory(List.of(disk.directory()), max));
    }

    private static void boundOften(ProducersInMemory all) {
        for (int i = 0; i < 20; i++) {
            all.bound();
        }
    }

    private void append(long from, long to) throws IOException {
        for (long producer = from; producer < to; producer++) {
            log.append(Batches.from(producer, 0, 0, 1), 0);
        }
    }
}
