package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.protocol.record.Compression;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.record.RecordBatchBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Verification of a log in which offsets are missing because they were compacted.
class CompactedVerificationTest {
    private static final LogConfig CONFIG =
            LogConfig.defaults()
                    .withSegmentBytesMax(1024)
                    .with(new LogConfig.Compaction(true, 0.5, 0, Long.MAX_VALUE, 1_000));

    @TempDir Path temp;
    private Disk disk;
    private Log log;

    @BeforeEach
    void open() throws IOException {
        disk = new Disk(temp.resolve("data"));
        log = disk.log(CONFIG);
        for (int i = 0; i < 60; i++) {
            append(i % 3 == 0 ? -1 : i);
        }
    }

    @AfterEach
    void close() throws IOException {
        disk.close();
    }

    /// What a start finds, which counts them, too.
    @Test
    void eachSegmentThatIsGoneIsFound() throws IOException {
        compact();
        assertThat(verify(disk).findings()).isEmpty();
        List<String> segments =
                LogFiles.system().list(disk.root.resolve(Disk.NAME)).stream()
                        .filter(name -> name.endsWith(".log"))
                        .toList();
        assertThat(segments).hasSizeGreaterThan(4);
        for (String name : segments.subList(0, segments.size() - 1)) {
            try (Disk damaged = disk.killed(temp.resolve("without-" + name))) {
                Files.delete(damaged.file(name));

                List<List<Long>> found = ranges(verify(damaged));

                assertThat(found).as(name).isNotEmpty().isEqualTo(served(damaged.log(CONFIG)));
            }
        }
    }

    @Test
    void whatIsCompactedWhileItIsReadIsNoDamage() throws IOException {
        Meanwhile files = new Meanwhile();

        Verification found = Verification.of(files, disk.root);

        assertThat(files.done).isTrue();
        assertThat(found.findings()).isEmpty();
        assertThat(found.logs()).isEqualTo(1);
    }

    /// As by a compaction that is faster than who reads.
    @Test
    void whatIsAnotherEachTimeThatItIsReadIsNotCalledDamaged() throws IOException {
        Path first = log.view().segment(0).paths().log();
        Path second = log.view().segment(1).paths().log();
        LogFiles files =
                new UnforcedFiles() {
                    @Override
                    public LogFile open(Path path, Mode mode) throws IOException {
                        if (path.equals(second)) {
                            Files.write(first, new byte[1], StandardOpenOption.APPEND);
                            Files.write(second, new byte[100]);
                        }
                        return super.open(path, mode);
                    }
                };
        log.force();
        disk.checkpoint();

        Verification found = Verification.of(files, disk.root);

        assertThat(found.findings())
                .singleElement()
                .matches(finding -> finding.kind() == Finding.Kind.NOTE)
                .matches(finding -> finding.what().contains("verify it again"));
    }

    @Test
    void whatWasAnotherWhenItWasReadIsReadAgain() throws IOException {
        log.force();
        disk.checkpoint();
        Path first = log.view().segment(0).paths().log();
        Path second = log.view().segment(1).paths().log();
        byte[] firstBytes = Files.readAllBytes(first);
        byte[] secondBytes = Files.readAllBytes(second);
        LogFiles files =
                new UnforcedFiles() {
                    private boolean changed;

                    @Override
                    public LogFile open(Path path, Mode mode) throws IOException {
                        if (path.equals(second) && !changed) {
                            changed = true;
                            Files.write(first, new byte[1], StandardOpenOption.APPEND);
                            Files.write(second, new byte[100]);
                        } else if (path.equals(first) && changed) {
                            Files.write(first, firstBytes);
                            Files.write(second, secondBytes);
                        }
                        return super.open(path, mode);
                    }
                };

        assertThat(Verification.of(files, disk.root).findings()).isEmpty();
    }

    /// All its offsets are missing, as those of a segment that compaction left nothing of.
    @Test
    void whatIsGoneBehindAnEmptySegmentStaysKnown() throws IOException {
        compact();
        List<Long> bases = new ArrayList<>();
        for (int i = 0; i < log.view().segments(); i++) {
            bases.add(log.view().segment(i).baseOffset());
        }
        log.force();
        disk.checkpoint();
        disk.close();
        Files.write(disk.file(name(bases.get(1))), new byte[0]);
        Files.delete(disk.file(name(bases.get(2))));
        disk.restartKilled();
        log = disk.log(CONFIG);
        List<List<Long>> lost = served(log);
        assertThat(lost).contains(List.of(bases.get(1), bases.get(3)));
        append(1);
        log.force();
        disk.checkpoint();

        assertThat(ranges(verify(disk))).isEqualTo(lost);
    }

    private static String name(long base) {
        return "%020d.log".formatted(base);
    }

    /// Compacts the log when its second segment is about to be read.
    private final class Meanwhile extends UnforcedFiles {
        private final Path second = log.view().segment(1).paths().log();
        private boolean done;

        @Override
        public LogFile open(Path path, Mode mode) throws IOException {
            if (path.equals(second) && !done) {
                done = true;
                compact();
            }
            return super.open(path, mode);
        }
    }

    private void compact() throws IOException {
        log.roll();
        log.force();
        CompactionModel.compact(log, disk.clock.wallMs(), 1 << 20);
        disk.checkpoint();
    }

    private void append(int key) throws IOException {
        RecordBatchBuilder batch = new RecordBatchBuilder(Compression.NONE);
        ByteBuffer keyBytes = ByteBuffer.allocate(Integer.BYTES).putInt(0, key);
        batch.append(Batches.TIME, keyBytes, ByteBuffer.allocate(100), List.of());
        log.append(new RecordBatch(batch.build()), 0);
    }

    private static Verification verify(Disk disk) throws IOException {
        return Verification.of(new UnforcedFiles(), disk.root);
    }

    private static List<List<Long>> ranges(Verification found) {
        return found.findings().stream()
                .filter(finding -> finding.kind().isDamage())
                .map(finding -> List.of(finding.range().from(), finding.range().to()))
                .toList();
    }

    private static List<List<Long>> served(Log log) {
        return log.damagedRanges().stream()
                .map(range -> List.of(range.from(), range.to()))
                .toList();
    }
}
