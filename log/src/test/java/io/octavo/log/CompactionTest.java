package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.protocol.record.Compression;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.record.RecordBatchBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompactionTest extends CompactionScene {
    @Test
    void aTombstoneStaysUntilItsTimeHasPassedSinceTheFirstPass() throws IOException {
        append("a", "1");
        append("a", null);
        compact();
        assertThat(offsets()).containsExactly(1L);

        disk.clock.advanceMs(RETENTION_MS - 1);
        append("b", "1");
        compact();
        assertThat(offsets()).containsExactly(1L, 2L);

        disk.clock.advanceMs(1);
        append("c", "1");
        compact();
        assertThat(offsets()).containsExactly(2L, 3L);
    }

    /// Nothing is appended behind the roll that would make the new segment durable.
    @Test
    void aLogThatIsForcedAndIdleIsCompacted() throws IOException {
        append("a", "1");
        append("a", "2");
        log.force();
        disk.checkpoint();

        compact();

        assertThat(offsets()).containsExactly(1L);
    }

    @Test
    void recordsWithoutAKeyGoAndAreCounted() throws IOException {
        log.append(Batches.of(3), 0);
        append("a", "1");
        log.roll();
        Dirtiness what = Dirtiness.of(log, log.endOffset(), disk.clock.wallMs());

        try (Compaction pass = begin(what)) {
            CompactionModel.run(pass);

            assertThat(pass.keyless()).isEqualTo(3);
        }
        assertThat(offsets()).containsExactly(3L);
    }

    @Test
    void aLogThatIsDeletedMeanwhileOvertakesThePass() throws IOException {
        for (int steps = 0; steps < 6; steps++) {
            append("a", "1");
            append("a", "2");
            log.roll();
            Dirtiness what = Dirtiness.of(log, log.endOffset(), disk.clock.wallMs());
            try (Compaction pass = begin(what)) {
                for (int i = 0; i < steps && pass.stage() != Compaction.Stage.PUBLISH; i++) {
                    pass.step();
                }
                log.delete();

                CompactionModel.run(pass);

                assertThat(pass.progressed()).isFalse();
            }
            log = disk.log(CONFIG);
        }
    }

    @Test
    void aTombstoneBehindTheMappedKeysHasItsTimeFromTheNextPassOn() throws IOException {
        RecordBatchBuilder builder = new RecordBatchBuilder(Compression.NONE);
        for (int i = 0; i < 100; i++) {
            builder.append(Batches.TIME, bytes("key " + i), i < 99 ? bytes("1") : null, List.of());
        }
        log.append(new RecordBatch(builder.build()), 0);
        log.roll();
        long fewKeys = 64 * KeyMap.ENTRY_BYTES;
        Dirtiness what = Dirtiness.of(log, log.endOffset(), disk.clock.wallMs());
        try (Compaction pass =
                Compaction.begin(log, what, log.endOffset(), fewKeys, disk.clock.wallMs())) {
            CompactionModel.run(pass);
        }
        assertThat(log.compacted().cleanEnd()).isBetween(50L, 64L);
        assertThat(CompactionModel.batches(log).getFirst().hasDeleteHorizon()).isFalse();

        compact();

        assertThat(CompactionModel.batches(log).getFirst().hasDeleteHorizon()).isTrue();
        assertThat(offsets()).hasSize(100);
    }

    @Test
    void smallSegmentsBecomeOne() throws IOException {
        for (int i = 0; i < 10; i++) {
            append("key " + i, "1");
            log.roll();
        }
        assertThat(log.view().segments()).isEqualTo(11);

        compact();

        assertThat(log.view().segments()).isEqualTo(2);
        assertThat(offsets()).hasSize(10);
        disk.restart();
        log = disk.log(CONFIG);
        assertThat(offsets()).hasSize(10);
    }

    @Test
    void aSegmentInWhichNothingIsLeftIsNotTheOldest() throws IOException {
        appendHalfASegment();
        log.roll();
        appendHalfASegment();

        compact();

        long bytes = log.view().bytes(1);
        assertThat(log.view().bytes(0)).isZero();
        assertThat(bytes).isPositive();
        assertThat(log.oldest().bytes()).isEqualTo(bytes);
        String name = log.path().getFileName().toString();
        disk.restart();
        assertThat(disk.directory().partitions().oldest(name).bytes()).isEqualTo(bytes);
    }

    @Test
    void aBatchThatIsNotWhatWasAppendedEndsThePassAndChangesNothing() throws IOException {
        append("a", "1");
        append("a", "2");
        log.roll();
        disk.directory().checkpoint();
        Path file = disk.file("00000000000000000000.log");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);

        assertThatThrownBy(this::compact)
                .isInstanceOf(DamagedLog.class)
                .hasMessageContaining("wrong CRC");

        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
        assertThat(disk.file(".")).isDirectoryNotContaining("glob:**.tmp");
        // Nobody gets what is known to be wrong.
        disk.directory().checkpoint();
        assertThat(log.damagedRanges()).hasSize(1);
        assertThatThrownBy(() -> log.read(1, Long.MAX_VALUE, 1, true))
                .isInstanceOf(DamagedLog.class);
    }

    @Test
    void aTopicThatIsNotCompactedAnyMoreKeepsWhatItHas() throws IOException {
        append("a", "1");
        append("a", "2");
        log.roll();
        overtaken(() -> log.configure(CONFIG.with(LogConfig.Compaction.NONE)));
        assertThat(offsets()).containsExactly(0L, 1L);
        assertThat(disk.file(".")).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void whatIsAppendedBehindACutIsDirtyAgain() throws IOException {
        append("a", "1");
        append("b", "1");
        append("c", "1");
        compact();
        log.truncate(1);

        append("a", "2");
        compact();

        assertThat(offsets()).containsExactly(1L);
    }

    @Test
    void aSegmentThatIsDroppedMeanwhileOvertakesThePass() throws IOException {
        for (int i = 0; i < 4; i++) {
            append("a", "1");
            log.roll();
        }
        overtaken(() -> log.advanceStart(2));
        assertThat(offsets()).containsExactly(2L, 3L);
        compact();
        assertThat(offsets()).containsExactly(3L);
    }

    /// What was copied may have been right only in memory, or wrong: the verdict comes first.
    @Test
    void damageThatIsSuspectedMeanwhileOvertakesThePass() throws IOException {
        for (int i = 0; i < 4; i++) {
            append("a", "1");
            log.roll();
        }
        overtaken(() -> log.damage().suspectDisk(1));
        assertThat(offsets()).containsExactly(0L, 1L, 2L, 3L);
        disk.checkpoint();
        compact();
        assertThat(offsets()).containsExactly(3L);
    }

    /// A pass of which nothing is published, because of something that happens after it has copied.
    private void overtaken(Runnable meanwhile) throws IOException {
        Dirtiness what = Dirtiness.of(log, log.endOffset(), disk.clock.wallMs());
        try (Compaction pass = begin(what)) {
            while (pass.step() != Compaction.Stage.PUBLISH) {
                assertThat(pass.stage()).isNotEqualTo(Compaction.Stage.DONE);
            }
            meanwhile.run();

            pass.publish();

            assertThat(pass.stage()).isEqualTo(Compaction.Stage.OVERTAKEN);
        }
    }

    /// More than half, so that no two become one.
    private void appendHalfASegment() throws IOException {
        RecordBatchBuilder batch = new RecordBatchBuilder(Compression.NONE);
        ByteBuffer value = ByteBuffer.allocate(CONFIG.segments().bytesMax() / 2);
        batch.append(Batches.TIME, bytes("a"), value, List.of());
        log.append(new RecordBatch(batch.build()), 0);
    }
}
