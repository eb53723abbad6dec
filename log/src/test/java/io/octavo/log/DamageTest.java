package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files that were damaged below what was durable: that range is an error, all around it is served,
/// no byte is cut.
class DamageTest {
    private static final String SEGMENT = "00000000000000000000.log";
    private static final int ALL = Integer.MAX_VALUE;
    private static final int RECORDS = 3;
    private static final int SIZE = Batches.of(RECORDS).sizeBytes();

    /// So small that a batch of each segment but the first few has an index entry.
    private static final LogConfig SMALL = LogConfig.defaults().withIndexIntervalBytes(1);

    @TempDir Path temp;
    private Disk disk;

    @BeforeEach
    void open() throws IOException {
        disk = new Disk(temp.resolve("data"));
    }

    @Test
    void aChangeOfAnyByteOfABatchCostsThisBatchOnly() throws IOException {
        Log log = filled();
        log.roll();
        log.append(Batches.of(RECORDS), 0);
        disk.directory().close();
        byte[] whole = Files.readAllBytes(disk.file(SEGMENT));
        Path copy = temp.resolve("copies");
        for (int at = 0; at < SIZE; at++) {
            if (at >= RecordBatch.LEADER_EPOCH_AT && at < RecordBatch.MAGIC_AT) {
                // Outside the CRC, and as right as another.
                continue;
            }
            byte[] changed = whole.clone();
            changed[2 * SIZE + at] ^= 0x41;
            Disk damaged = copied(copy.resolve("at-" + at));
            Files.write(damaged.file(SEGMENT), changed);
            Log again = damaged.log(SMALL);

            met(again, 6, damaged);

            assertThat(again.damagedRanges()).as("byte %d", at).hasSize(1);
            assertThat(Served.offsets(again)).containsExactly(0L, 3L, 9L, 12L, 15L);
            assertThat(damaged.file(SEGMENT)).hasBinaryContent(changed);
        }
    }

    @Test
    void aReadEndsBeforeDamageAndGoesOnBehindIt() throws IOException {
        filled();
        restartWith(SEGMENT, 2 * SIZE + RecordBatch.MAGIC_AT);
        Log log = disk.log(SMALL);
        met(log, 6, disk);

        assertThat(Served.read(log, 0).remaining()).isEqualTo(2 * SIZE);
        for (long offset = 6; offset < 9; offset++) {
            long damaged = offset;
            assertThatThrownBy(() -> log.read(damaged, ALL, ALL, true))
                    .isInstanceOf(DamagedLog.class)
                    .hasMessageContaining(SEGMENT)
                    .hasMessageContaining("offsets 6 to 8")
                    .hasMessageContaining("from offset 9 on");
        }
        assertThat(Served.read(log, 9).remaining()).isEqualTo(2 * SIZE);
    }

    @Test
    void damageIsRememberedThoughNobodyReadsIt() throws IOException {
        filled();
        restartWith(SEGMENT, 2 * SIZE + RecordBatch.HEADER_BYTES + 1);
        Log log = disk.log(SMALL);
        log.damage().suspect(0, new DamagedLog("told by a test"));
        disk.directory().checkpoint();

        disk.restart();

        Log again = disk.log(SMALL);
        assertThat(again.damagedRanges()).hasSize(1);
        assertThat(disk.directory().figures().damagedRanges())
                .containsExactly(Map.entry(Disk.NAME, 1));
        assertThatThrownBy(() -> again.read(6, ALL, ALL, true)).isInstanceOf(DamagedLog.class);
    }

    @Test
    void aDamageFileThatIsNotWholeCountsAsAbsent() throws IOException {
        filled();
        disk.directory().close();
        Damage damage = Damage.NONE.with(new DamagedRange(6, 9, 0, 2 * SIZE, 3 * SIZE, "a test"));
        DamageFile.write(LogFiles.system(), disk.root.resolve(Disk.NAME), damage);
        byte[] bytes = Files.readAllBytes(disk.file(DamageFile.FILE));
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] ^= 1;
            Files.write(disk.file(DamageFile.FILE), bytes);
            assertThat(DamageFile.read(LogFiles.system(), disk.root.resolve(Disk.NAME)).isEmpty())
                    .isTrue();
            bytes[i] ^= 1;
        }
        Files.write(disk.file(DamageFile.FILE), bytes);

        assertThat(DamageFile.read(LogFiles.system(), disk.root.resolve(Disk.NAME)).ranges())
                .isEqualTo(damage.ranges());
    }

    @Test
    void aFileThatEndsBeforeItsDurableEndLosesOnlyWhatIsGone() throws IOException {
        Log log = filled();
        log.force();
        disk.directory().checkpoint();
        byte[] bytes = Files.readAllBytes(disk.file(SEGMENT));
        Files.createDirectory(temp.resolve("copies"));
        for (int size = 0; size < bytes.length; size += 7) {
            Disk damaged = disk.killed(temp.resolve("copies").resolve("size-" + size));
            byte[] cut = Arrays.copyOf(bytes, size);
            Files.write(damaged.file(SEGMENT), cut);

            Log again = damaged.log(SMALL);

            int left = size / SIZE;
            assertThat(again.endOffset()).isEqualTo(15);
            assertThat(again.append(Batches.of(RECORDS), 0)).isEqualTo(15);
            List<Long> wanted = new ArrayList<>();
            for (int i = 0; i < left; i++) {
                wanted.add((long) RECORDS * i);
            }
            wanted.add(15L);
            assertThat(Served.offsets(again)).as("%d bytes", size).isEqualTo(wanted);
            assertThat(damaged.file(SEGMENT)).hasBinaryContent(cut);
            damaged.restart();
            assertThat(Served.offsets(damaged.log(SMALL))).isEqualTo(wanted);
        }
    }

    @Test
    void aDurableSegmentThatIsGoneIsDamageAndTheOthersAreServed() throws IOException {
        for (int gone = 0; gone < 4; gone++) {
            Path root = temp.resolve("gone-" + gone);
            Disk damaged = new Disk(root);
            Log log = damaged.log(SMALL);
            for (int i = 0; i < 4; i++) {
                log.append(Batches.of(RECORDS), 0);
                if (i < 3) {
                    log.roll();
                }
            }
            log.force();
            damaged.directory().checkpoint();
            Files.delete(damaged.file("0000000000000000000" + RECORDS * gone + ".log"));

            damaged.restartKilled();

            for (int start = 0; start < 2; start++) {
                Log again = damaged.log(SMALL);
                List<Long> wanted = new ArrayList<>(List.of(0L, 3L, 6L, 9L));
                wanted.remove((long) RECORDS * gone);
                if (start == 1) {
                    wanted.add(12L);
                }
                assertThat(again.endOffset()).isEqualTo(12 + (start == 1 ? RECORDS : 0));
                assertThat(Served.offsets(again)).as("segment %d", gone).isEqualTo(wanted);
                assertThat(again.damagedRanges()).hasSize(1);
                if (start == 0) {
                    assertThat(again.append(Batches.of(RECORDS), 0)).isEqualTo(12);
                }
                damaged.restart();
            }
        }
    }

    @Test
    void aLogWhoseDirectoryIsGoneIsDamagedUpToItsEndAndGoesOnThere() throws IOException {
        Log log = filled();
        log.force();
        disk.directory().checkpoint();
        LogFiles.system().rename(disk.root.resolve(Disk.NAME), temp.resolve("elsewhere"));

        disk.restartMachine();

        Log again = disk.log(SMALL);
        assertThat(again.startOffset()).isZero();
        assertThat(again.endOffset()).isEqualTo(15);
        assertThat(Served.offsets(again)).isEmpty();
        assertThat(again.append(Batches.of(RECORDS), 0)).isEqualTo(15);
        again.force();
        disk.directory().checkpoint();
        disk.restartKilled();
        assertThat(Served.offsets(disk.log(SMALL))).containsExactly(15L);
    }

    @Test
    void indexesOfGarbageAreMadeAnew() throws IOException {
        Log log = filled();
        log.roll();
        log.append(Batches.of(RECORDS), 0);
        disk.directory().close();
        for (String index :
                List.of("00000000000000000000.index", "00000000000000000000.timeindex")) {
            byte[] garbage = new byte[120];
            Arrays.fill(garbage, (byte) 0x55);
            Files.write(disk.file(index), garbage);
        }
        disk.restartKilled();

        Log again = disk.log(SMALL);

        assertThat(Served.offsets(again)).containsExactly(0L, 3L, 6L, 9L, 12L, 15L);
        assertThat(again.damagedRanges()).isEmpty();
    }

    @Test
    void aSearchByTimePassesOverDamage() throws IOException {
        Log log = disk.log(SMALL);
        for (int i = 0; i < 5; i++) {
            log.append(Batches.of(RECORDS, 10, 1000L * i), 0);
        }
        log.close();
        restartWith(SEGMENT, 2 * SIZE + RecordBatch.MAGIC_AT);
        Log again = disk.log(SMALL);
        met(again, 6, disk);

        assertThat(again.offsetForTimestamp(2000)).isEqualTo(new TimestampedOffset(3000, 9, 0));
        assertThat(again.maxTimestamp()).isEqualTo(new TimestampedOffset(4000, 12, 0));
    }

    @Test
    void aCutBeforeBehindAndInTheMiddleOfDamageLeavesWhatIsBefore() throws IOException {
        for (long to = 4; to <= 12; to++) {
            Disk damaged = new Disk(temp.resolve("to-" + to));
            Log log = damaged.log(SMALL);
            for (int i = 0; i < 5; i++) {
                log.append(Batches.of(RECORDS), 0);
            }
            damaged.directory().close();
            flip(damaged.file(SEGMENT), 2 * SIZE + RecordBatch.MAGIC_AT);
            damaged.restartKilled();
            Log again = damaged.log(SMALL);
            met(again, 6, damaged);

            again.truncate(to);
            long end = again.endOffset();
            assertThat(again.append(Batches.of(RECORDS), 0)).isEqualTo(end);

            assertThat(end).isLessThanOrEqualTo(to);
            assertThat(Served.offsets(again)).as("cut at %d", to).contains(0L, end);
            damaged.restart();
            assertThat(Served.offsets(damaged.log(SMALL))).contains(0L, end);
        }
    }

    @Test
    void whatTheStartHasPassedIsForgotten() throws IOException {
        filled();
        restartWith(SEGMENT, 2 * SIZE + RecordBatch.MAGIC_AT);
        Log log = disk.log(SMALL);
        met(log, 6, disk);

        log.advanceStart(9);
        disk.directory().checkpoint();

        assertThat(log.damagedRanges()).isEmpty();
        assertThat(disk.file(DamageFile.FILE)).doesNotExist();
    }

    @Test
    void producersAreKnownThoughWhatTheyWroteIsDamaged() throws IOException {
        Log log = disk.log(SMALL);
        for (int i = 0; i < 5; i++) {
            log.append(Batches.from(1, 0, RECORDS * i, RECORDS), 0);
        }
        log.force();
        disk.directory().checkpoint();
        flip(
                disk.file(SEGMENT),
                2 * Batches.from(1, 0, 0, RECORDS).sizeBytes() + RecordBatch.MAGIC_AT);
        disk.restartMachine();

        Log again = disk.log(SMALL);

        assertThat(again.producers().check(Batches.from(1, 0, 15, RECORDS)))
                .isInstanceOf(ProducerCheck.Accepted.class);
        assertThat(again.damagedRanges()).hasSize(1);
    }

    @Test
    void whatIsFoundBehindTheMarkIsDurableBeforeItIsServed() throws IOException {
        Log log = disk.log(SMALL);
        log.append(Batches.of(RECORDS), 0);
        log.append(Batches.of(RECORDS), 0);
        disk.directory().checkpoint();

        disk.restartKilled();

        assertThat(disk.log(SMALL).durableEnd()).isEqualTo(6);
    }

    @Test
    void whatAKilledProcessLeftUnforcedIsWrittenAgain() throws IOException {
        List<Long> written = new ArrayList<>();
        Disk watched =
                Disk.on(
                        temp.resolve("watched"),
                        new UnforcedFiles() {
                            @Override
                            void writing(Path path, ByteBuffer from, long position) {
                                if (path.endsWith(SEGMENT)) {
                                    written.add(position);
                                }
                            }
                        });
        Log log = watched.log(SMALL);
        log.append(Batches.of(RECORDS), 0);
        log.force();
        log.append(Batches.of(RECORDS), 0);
        watched.directory().checkpoint();
        written.clear();

        watched.restartKilled();
        assertThat(watched.log(SMALL).endOffset()).isEqualTo(6);

        assertThat(written).containsExactly((long) SIZE);
    }

    /// A disk that cannot read so many bytes of the first segment.
    private Log filled() throws IOException {
        Log log = disk.log(SMALL);
        for (int i = 0; i < 5; i++) {
            log.append(Batches.of(RECORDS), 0);
        }
        return log;
    }

    /// Stops cleanly, changes a byte, starts again.
    private void restartWith(String file, int position) throws IOException {
        disk.directory().close();
        flip(disk.file(file), position);
        disk.restartKilled();
    }

    private static void flip(Path file, int position) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[position] ^= 0x41;
        Files.write(file, bytes);
    }

    private Disk copied(Path copy) throws IOException {
        Files.createDirectories(copy.resolve(Disk.NAME));
        for (String name : LogFiles.system().list(disk.root.resolve(Disk.NAME))) {
            Files.copy(disk.file(name), copy.resolve(Disk.NAME).resolve(name));
        }
        for (String name : List.of(Checkpoint.FILE, RunMarker.FILE)) {
            Files.copy(disk.root.resolve(name), copy.resolve(name));
        }
        return new Disk(copy);
    }

    /// Somebody meets the damage at an offset, and a checkpoint goes by.
    private static void met(Log log, long offset, Disk disk) throws IOException {
        try {
            Served.read(log, offset);
            log.damage().suspect(0, new DamagedLog("told by a test"));
        } catch (DamagedLog met) {
            assertThat(met).hasMessageContaining(SEGMENT);
        }
        disk.directory().checkpoint();
    }
}
