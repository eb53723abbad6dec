package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.protocol.record.Compression;
import io.octavo.protocol.record.LogRecord;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.record.RecordBatchBuilder;
import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdoptionTest {
    private static final int ALL = Integer.MAX_VALUE;
    private static final int RECORDS = 3;
    private static final String FIRST = "00000000000000000000.log";

    @TempDir Path temp;
    private final LogFiles files = new UnforcedFiles();
    private Path source;
    private byte[] first;

    /// A log of two segments and two epochs, by whoever.
    @BeforeEach
    void write() throws IOException {
        try (Disk disk = new Disk(temp.resolve("theirs"))) {
            Log log = disk.log();
            for (int i = 0; i < 4; i++) {
                log.append(Batches.of(RECORDS), 5 + i / 2);
                if (i == 1) {
                    log.roll();
                }
            }
            disk.directory().checkpoint();
        }
        source = temp.resolve("theirs").resolve(Disk.NAME);
        first = Files.readAllBytes(source.resolve(FIRST));
        Files.delete(temp.resolve("theirs").resolve(Checkpoint.FILE));
        Files.delete(temp.resolve("theirs").resolve(RunMarker.FILE));
    }

    @Test
    void anAdoptedLogIsServedAsItWasAndGoesOn() throws IOException {
        Disk ours = adopted();

        assertThat(ours.directory().partitions().adopted()).isEqualTo(Map.of(Disk.NAME, 6));
        Log log = ours.log();
        assertThat(log.endOffset()).isEqualTo(12);
        assertThat(log.durableEnd()).isEqualTo(12);
        assertThat(log.epochs().entries())
                .extracting(EpochHistory.Epoch::startOffset)
                .containsExactly(0L, 6L);
        assertThat(ours.file(FIRST)).hasBinaryContent(first);
        assertThat(log.append(Batches.of(RECORDS), 7)).isEqualTo(12);
        ours.directory().checkpoint();
        assertThat(ours.directory().partitions().adopted()).isEmpty();
        assertThat(source.resolve(FIRST)).hasBinaryContent(first);
    }

    /// Where epochs began anew, say, as they are not covered by a batch's checksum.
    @Test
    void anEpochThatIsSmallerThanOneBeforeCutsNothing() throws IOException {
        byte[] changed = first.clone();
        int second = Batches.of(RECORDS).sizeBytes();
        ByteBuffer.wrap(changed).putInt(second + RecordBatch.LEADER_EPOCH_AT, 9);
        Files.write(source.resolve(FIRST), changed);

        Log log = adopted().log();

        assertThat(log.endOffset()).isEqualTo(12);
        assertThat(Served.offsets(log)).containsExactly(0L, 3L, 6L, 9L);
        assertThat(log.damagedRanges()).isEmpty();
    }

    @Test
    void anAdoptionForWhichThereIsNoRoomLeavesNothing() throws IOException {
        Path root = temp.resolve("full");
        Adoption adoption =
                Adoption.of(
                        new UnforcedFiles() {
                            private int written;

                            @Override
                            void writing(Path path, ByteBuffer from, long position)
                                    throws IOException {
                                if (path.startsWith(root) && ++written == 2) {
                                    throw new NoSpace("full, for a test");
                                }
                            }
                        },
                        source);

        assertThatThrownBy(() -> adoption.into(root)).isInstanceOf(NoSpace.class);

        assertThat(root.resolve(Disk.NAME + ".adopting")).doesNotExist();
    }

    @Test
    void whatIsLargerThanTheRoomThereIsIsNotBegunWith() throws IOException {
        Path root = temp.resolve("small");
        Adoption adoption =
                Adoption.of(
                        new UnforcedFiles() {
                            @Override
                            public DiskSpace space(Path directory) {
                                return new DiskSpace(Long.MAX_VALUE, 10);
                            }
                        },
                        source);

        assertThatThrownBy(() -> adoption.into(root))
                .isInstanceOf(NoSpace.class)
                .hasMessageContaining("10 bytes free");
    }

    @Test
    void whatAnAdoptionThatWasKilledLeftIsRemoved() throws IOException {
        Path left = temp.resolve("ours").resolve(Disk.NAME + ".adopting");
        Files.createDirectories(left);
        Files.write(left.resolve(FIRST), first);

        try (Disk ours = new Disk(temp.resolve("ours"))) {
            ours.directory().checkpoint();
            while (ours.directory().remove()) {
                // Until nothing is left to be removed.
            }
            assertThat(left).doesNotExist();
        }
    }

    @Test
    void aCompactionThatKafkaHasNotFinishedIsLeftToIt() throws IOException {
        Files.move(source.resolve(FIRST), source.resolve(FIRST + ".swap"));

        assertThatThrownBy(() -> Adoption.of(files, source))
                .hasMessageContaining("was being compacted")
                .hasMessageContaining(".swap");
    }

    @Test
    void aLogThatIsThereIsNotReplaced() throws IOException {
        Disk ours = adopted();
        ours.directory().close();

        assertThatThrownBy(() -> Adoption.of(files, source).into(ours.root))
                .hasMessageContaining("is there already");
    }

    @Test
    void damageIsAdoptedAsDamage() throws IOException {
        byte[] changed = first.clone();
        changed[changed.length - 1] ^= 1;
        Files.write(source.resolve(FIRST), changed);

        Log log = adopted().log();

        assertThat(log.endOffset()).isEqualTo(12);
        assertThat(log.read(0, ALL, ALL, true)).isInstanceOf(LogSlice.class);
        assertThatThrownBy(() -> log.read(3, ALL, ALL, true)).isInstanceOf(DamagedLog.class);
        assertThat(log.read(6, ALL, ALL, true)).isInstanceOf(LogSlice.class);
    }

    @Test
    void aLogWithGapsIsTakenForCompacted() throws IOException {
        Files.write(source.resolve(FIRST), Arrays.copyOf(first, first.length / 2));

        Adoption adoption = Adoption.of(files, source);

        assertThat(adoption.sparse()).isTrue();
        assertThat(adoption.findings()).isEmpty();
        Log log = adopted().log();
        assertThat(log.endOffset()).isEqualTo(12);
        assertThat(log.read(3, ALL, ALL, true)).isInstanceOf(LogSlice.class);
    }

    /// It brings no `compacted.octavo`: all but its last segment may be sparse, and nothing of it
    /// counts as clean.
    @Test
    void aLogThatAnotherHasCompactedIsServedVerifiedAndCompactedOn() throws IOException {
        LogConfig config =
                LogConfig.defaults().with(new LogConfig.Compaction(true, 0, 0, ALL, 60_000));
        compactByAnother(config);
        List<Long> theirs = List.of(5L, 36L, 37L, 38L, 39L, 40L, 41L, 42L, 43L, 44L, 45L, 46L, 47L);

        Adoption adoption = Adoption.of(files, source);
        Disk ours = adopted();

        assertThat(adoption.sparse()).isTrue();
        assertThat(adoption.findings()).isEmpty();
        Log log = ours.log(config);
        assertThat(offsets(log)).isEqualTo(theirs);
        assertThat(log.endOffset()).isEqualTo(48);
        assertThat(log.damagedRanges()).isEmpty();
        ours.restart();
        assertThat(Verification.of(files, ours.root).findings()).isEmpty();
        ours.restartKilled();
        log = ours.log(config);
        assertThat(offsets(log)).isEqualTo(theirs);

        log.append(keyed("key 0"), 0);
        log.roll();
        CompactionModel.compact(log, ours.clock.wallMs(), 1 << 16);

        assertThat(offsets(log)).containsExactly(5L, 45L, 46L, 47L, 48L);
        ours.restartKilled();
        assertThat(ours.log(config).damagedRanges()).isEmpty();
        ours.close();
        assertThat(Verification.of(files, ours.root).findings()).isEmpty();
    }

    /// Nobody is left who could end them: they count as committed.
    @Test
    void transactionsWithoutAnEndDoNotHoldUpCompaction() throws IOException {
        LogConfig config =
                LogConfig.defaults().with(new LogConfig.Compaction(true, 0, 0, ALL, 60_000));
        writeAgain(
                config,
                log -> {
                    log.append(Batches.inTransaction(8, 0, 0, 1), 0);
                    log.append(keyed("a"), 0);
                    log.append(keyed("a"), 0);
                });
        Disk ours = adopted();
        Log log = ours.log(config);
        log.append(keyed("a"), 0);
        log.roll();

        CompactionModel.compact(log, ours.clock.wallMs(), 1 << 16);

        assertThat(offsets(log)).contains(3L).doesNotContain(1L, 2L);
    }

    /// Their ids were given by another broker, and ours gives them to others.
    @Test
    void itsProducersAreNotKnown() throws IOException {
        RecordBatch theirs = Batches.from(0, 0, 0, 1);
        writeAgain(LogConfig.defaults(), log -> log.append(theirs, 0));

        Disk ours = adopted();

        Log log = ours.log();
        assertThat(log.endOffset()).isEqualTo(1);
        assertThat(log.producers().check(theirs)).isEqualTo(ProducerCheck.Accepted.ACCEPTED);
        ours.restartKilled();
        assertThat(ours.log().producers().count()).isZero();
    }

    @Test
    void transactionsThatWereNotCommittedAreCounted() throws IOException {
        writeTransactions();

        Adoption adoption = Adoption.of(files, source);

        assertThat(adoption.transactionsAborted()).isEqualTo(1);
        assertThat(adoption.transactionsUndecided()).isEqualTo(1);
    }

    /// Their index is not copied: it has no checksum, and the log tells the same.
    @Test
    void whichTransactionsWereAbortedIsToldFromTheLog() throws IOException {
        writeTransactions();
        Path index = source.resolve("00000000000000000000.txnindex");
        byte[] theirs = Files.readAllBytes(index);
        Files.delete(index);
        AbortedTransaction seven = new AbortedTransaction(7, 2, 3, 4);

        Disk ours = adopted();

        assertThat(aborted(ours.log())).containsExactly(seven);
        ours.restartKilled();
        Log log = ours.log();
        assertThat(aborted(log)).containsExactly(seven);
        // The id is another producer's here, to whom what theirs left without an end is nothing.
        log.append(Batches.inTransaction(8, 0, 0, 1), 1);
        log.append(Batches.marker(8, 0, false), 1);
        AbortedTransaction eight = new AbortedTransaction(8, 5, 6, 7);
        assertThat(aborted(log)).containsExactly(seven, eight);
        ours.restart();
        assertThat(aborted(ours.log())).containsExactly(seven, eight);
        byte[] both = Files.readAllBytes(ours.file("00000000000000000000.txnindex"));
        assertThat(both).startsWith(theirs).hasSize(2 * theirs.length);
    }

    /// As those of who adopted a log when nobody asked for its aborted transactions.
    @Test
    void aSnapshotThatDoesNotTellOfAbortedTransactionsHasThemToldFromTheLog() throws IOException {
        writeTransactions();
        Disk ours = adopted();
        Log log = ours.log();
        log.append(Batches.of(1), 1);
        log.roll();
        ours.restart();
        Path path = ours.file("00000000000000000006.snapshot");
        byte[] bytes = Files.readAllBytes(path);
        int end = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("TXN1");
        ByteBuffer older = ByteBuffer.wrap(Arrays.copyOf(bytes, end));
        CRC32C crc = new CRC32C();
        crc.update(older.slice(6, end - 6));
        Files.write(path, older.putInt(2, (int) crc.getValue()).array());

        ours.restartKilled();

        assertThat(aborted(ours.log())).containsExactly(new AbortedTransaction(7, 2, 3, 4));
    }

    /// Who replicates a log that was compacted has it in one segment.
    @Test
    void aLogWithGapsInItsOnlySegmentIsServedWhole() throws IOException {
        for (int batch : new int[] {0, 1, 2}) {
            writeAgain(
                    LogConfig.defaults(),
                    log -> {
                        for (int i = 0; i < 4; i++) {
                            log.append(Batches.of(RECORDS), 5);
                        }
                    });
            byte[] bytes = Files.readAllBytes(source.resolve(FIRST));
            int size = bytes.length / 4;
            byte[] left = new byte[bytes.length - size];
            System.arraycopy(bytes, 0, left, 0, batch * size);
            int behind = (batch + 1) * size;
            System.arraycopy(bytes, behind, left, batch * size, bytes.length - behind);
            Files.write(source.resolve(FIRST), left);
            Path root = temp.resolve("ours " + batch);

            Adoption adoption = Adoption.of(files, source);
            assertThat(adoption.sparse()).isTrue();
            adoption.into(root);
            try (Disk ours = new Disk(root)) {
                Log log = ours.log();
                assertThat(offsets(log)).hasSize(9).doesNotContain((long) batch * RECORDS);
                assertThat(log.endOffset()).isEqualTo(12);
                assertThat(log.damagedRanges()).isEmpty();
                assertThat(log.append(Batches.of(1), 6)).isEqualTo(12);
            }
        }
    }

    @Test
    void whatKafkaHasDeletedStaysSo() throws IOException {
        Path starts = source.resolveSibling("log-start-offset-checkpoint");
        Files.writeString(starts, "0\n2\nother 0 9\ntopic 0 4\n");

        Disk ours = adopted();

        assertThat(ours.log().startOffset()).isEqualTo(4);
        ours.directory().checkpoint();
        ours.restartKilled();
        assertThat(ours.log().startOffset()).isEqualTo(4);
    }

    /// Else the name's next log would begin where this one did.
    @Test
    void whereItBeginsIsForgottenWithIt() throws IOException {
        Path starts = source.resolveSibling("log-start-offset-checkpoint");
        Files.writeString(starts, "0\n1\ntopic 0 4\n");
        Disk ours = adopted();
        ours.log().close();
        ours.directory().partitions().delete(Disk.NAME, Disk.TOPIC);

        Log next = ours.directory().log(Disk.NAME, new Uuid(3, 4), LogConfig.defaults());
        next.append(Batches.of(RECORDS), 7);
        next.append(Batches.of(RECORDS), 7);
        next.force();
        ours.restartKilled();

        assertThat(ours.directory().log(Disk.NAME, new Uuid(3, 4), LogConfig.defaults()))
                .extracting(Log::startOffset)
                .isEqualTo(0L);
    }

    /// The records of the last segment's offsets, or before it, were compacted away.
    @Test
    void anEmptyLastSegmentIsWhereItEnds() throws IOException {
        Files.write(source.resolve(FIRST), Arrays.copyOf(first, first.length / 2));
        Path last = source.resolve("00000000000000000006.log");
        Files.write(last, new byte[0]);

        Adoption adoption = Adoption.of(files, source);

        assertThat(adoption.endOffset()).isEqualTo(6);
        assertThat(adopted().log().append(Batches.of(1), 7)).isEqualTo(6);
    }

    /// A second start, before the checkpoint knows it, has to find what the first one did.
    @Test
    void aCompactedLogWithATornEndIsWholeAtTheSecondStartToo() throws IOException {
        Path last = source.resolve("00000000000000000006.log");
        byte[] bytes = Files.readAllBytes(last);
        int size = bytes.length / 2;
        byte[] torn = Arrays.copyOfRange(bytes, size, bytes.length + 20);
        Arrays.fill(torn, size, size + 20, (byte) 9);
        Files.write(last, torn);

        Disk ours = adopted();
        for (int start = 0; start < 3; start++) {
            Log log = ours.log();
            assertThat(offsets(log)).hasSize(9).contains(9L, 10L, 11L);
            assertThat(log.endOffset()).isEqualTo(12);
            ours.restartKilled();
        }
        assertThat(ours.file("00000000000000000006.log." + size + ".cut")).hasSize(20);
    }

    @Test
    void aLogOfOursThatWasCompactedIsOne() throws IOException {
        LogConfig config =
                LogConfig.defaults().with(new LogConfig.Compaction(true, 0, 0, ALL, 60_000));
        compactByAnother(config);
        new CompactedRange(files, source).thinOut(40);

        Adoption adoption = Adoption.of(files, source);

        assertThat(adoption.sparse()).isTrue();
        assertThat(offsets(adopted().log(config))).hasSize(13);
    }

    @Test
    void aFormatThatIsNotServedIsRefused() throws IOException {
        for (int magic : new int[] {0, 1}) {
            ByteBuffer message = ByteBuffer.allocate(12 + 4 + 20);
            message.putLong(0).putInt(24).putInt(0).put((byte) magic).put(new byte[19]);
            CRC32 crc = new CRC32();
            crc.update(message.array(), 16, 20);
            message.putInt(12, (int) crc.getValue());
            Path old = Files.createDirectories(temp.resolve("old").resolve(magic + "-0"));
            Files.write(old.resolve(FIRST), message.array());
            if (magic == 1) {
                // Not at the end of the log.
                Path batches = source.resolve("00000000000000000006.log");
                Files.copy(batches, old.resolve("00000000000000000006.log"));
            }

            assertThatThrownBy(() -> Adoption.of(files, old)).hasMessageContaining("format");
        }
    }

    @Test
    void whatIsNoPartitionIsRefused() {
        assertThatThrownBy(() -> Adoption.of(files, temp.resolve("theirs")))
                .hasMessageContaining("is no partition's directory");
    }

    /// Four keys in turn, and one that occurs once; the last eight records are not compacted.
    private void compactByAnother(LogConfig config) throws IOException {
        Path root = temp.resolve("compacted");
        try (Disk disk = new Disk(root)) {
            Log log = disk.log(config);
            for (int i = 0; i < 48; i++) {
                log.append(keyed(i == 5 ? "once" : "key " + i % 4), 0);
                if (i % 10 == 9) {
                    log.roll();
                }
            }
            log.force();
            CompactionModel.compact(log, disk.clock.wallMs(), 1 << 16);
        }
        source = root.resolve(Disk.NAME);
        Files.delete(source.resolve(CompactedRange.FILE));
        Files.delete(root.resolve(Checkpoint.FILE));
        Files.delete(root.resolve(RunMarker.FILE));
    }

    /// One that is committed, one that is aborted, one without an end.
    private void writeTransactions() throws IOException {
        writeAgain(
                LogConfig.defaults(),
                log -> {
                    log.append(Batches.inTransaction(7, 0, 0, 1), 0);
                    log.append(Batches.marker(7, 0, true), 0);
                    log.append(Batches.inTransaction(7, 0, 1, 1), 0);
                    log.append(Batches.marker(7, 0, false), 0);
                    log.append(Batches.inTransaction(8, 0, 0, 1), 0);
                });
    }

    private static List<AbortedTransaction> aborted(Log log) throws IOException {
        LogSlice slice = (LogSlice) log.read(0, ALL, ALL, true);
        try {
            return Objects.requireNonNull(log.aborted().in(slice, 0, true));
        } finally {
            slice.release();
        }
    }

    /// A log of one segment, by whoever.
    private void writeAgain(LogConfig config, Work work) throws IOException {
        Path root = Files.createTempDirectory(temp, "again");
        try (Disk disk = new Disk(root)) {
            work.on(disk.log(config));
        }
        source = root.resolve(Disk.NAME);
        Files.delete(root.resolve(Checkpoint.FILE));
        Files.delete(root.resolve(RunMarker.FILE));
    }

    private interface Work {
        void on(Log log) throws IOException;
    }

    private static RecordBatch keyed(String key) {
        RecordBatchBuilder builder = new RecordBatchBuilder(Compression.NONE);
        ByteBuffer bytes = ByteBuffer.wrap(key.getBytes(StandardCharsets.UTF_8));
        builder.append(Batches.TIME, bytes, bytes, List.of());
        return new RecordBatch(builder.build());
    }

    private static List<Long> offsets(Log log) throws IOException {
        return CompactionModel.records(log).stream().map(LogRecord::offset).toList();
    }

    private Disk adopted() throws IOException {
        Adoption.of(files, source).into(temp.resolve("ours"));
        return new Disk(temp.resolve("ours"));
    }
}
