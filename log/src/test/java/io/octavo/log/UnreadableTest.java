package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A disk that fails to read a part of a file: that costs what is in it, and nothing else.
class UnreadableTest {
    private static final int ALL = Integer.MAX_VALUE;
    private static final String SEGMENT = "00000000000000000000.log";

    /// So many that a batch is several blocks of the disk.
    private static final int RECORDS = 2_000;

    private static final int SIZE = Batches.of(RECORDS).sizeBytes();
    private static final LogConfig SMALL = LogConfig.defaults().withIndexIntervalBytes(1);

    @TempDir Path temp;
    private Disk disk;
    private String badFile = "";
    private long badFrom;
    private long badBytes;

    private final UnforcedFiles files =
            new UnforcedFiles() {
                @Override
                void reading(Path path, ByteBuffer into, long position) throws IOException {
                    if (path.endsWith(badFile)
                            && position < badFrom + badBytes
                            && badFrom < position + into.remaining()) {
                        throw new IOException("Input/output error");
                    }
                }

                @Override
                public void rename(Path from, Path to) throws IOException {
                    super.rename(from, to);
                    gone(to);
                }

                @Override
                public void delete(Path path) throws IOException {
                    super.delete(path);
                    gone(path);
                }

                private void gone(Path path) {
                    badBytes = path.endsWith(badFile) ? 0 : badBytes;
                }
            };

    @BeforeEach
    void open() throws IOException {
        disk = Disk.on(temp.resolve("data"), files);
    }

    @Test
    void whatAReaderMeetsIsDamage() throws IOException {
        Log log = filled(10);
        log.roll();
        disk.directory().checkpoint();
        cannotReadBlock(4L * SIZE);
        assertThatThrownBy(() -> log.read(at(4), ALL, ALL, true)).isInstanceOf(DamagedLog.class);

        disk.directory().checkpoint();

        assertDamaged(log, at(3), at(5));
        assertThat(Served.offsets(log))
                .containsExactly(at(0), at(1), at(2), at(5), at(6), at(7), at(8), at(9));
    }

    /// No header is in the block, so that there are records to send.
    @ParameterizedTest
    @ValueSource(strings = {"read ahead", "copied", "sent"})
    void whatWhoSendsRecordsMeetsIsDamage(String how) throws IOException {
        Log log = filled(10);
        log.roll();
        disk.directory().checkpoint();
        LogSlice slice = (LogSlice) log.read(at(4), ALL, ALL, true);
        cannotReadBlock(4L * SIZE + SIZE / 2);
        switch (how) {
            case "sent" ->
                    slice.notSent(new IOException("sendfile(..) failed: Input/output error"));
            case "copied" -> assertThatThrownBy(slice::toBytes).isInstanceOf(DamagedLog.class);
            default ->
                    assertThatThrownBy(() -> slice.readAhead(ByteBuffer.allocate(1 << 20), 0))
                            .isInstanceOf(DamagedLog.class);
        }
        slice.release();

        disk.directory().checkpoint();

        assertDamaged(log, at(4), at(5));
        assertThat(Served.offsets(log))
                .containsExactly(at(0), at(1), at(2), at(3), at(5), at(6), at(7), at(8), at(9));
    }

    @Test
    void aPeerThatTakesNoMoreSaysNothingOfTheDisk() throws IOException {
        Log log = filled(1);
        LogSlice slice = (LogSlice) log.read(0, ALL, ALL, true);

        slice.notSent(new IOException("writev(..) failed: Broken pipe"));
        slice.release();

        assertThat(log.damage().isDue()).isFalse();
    }

    /// What a disk fails to read is a block of the file, wherever in it a batch begins.
    @Test
    void aBadBlockCostsTheBatchesInItOnly() throws IOException {
        Log log = disk.log(SMALL);
        int size = Batches.of(3).sizeBytes();
        for (int i = 0; i < 300; i++) {
            log.append(Batches.of(3), 0);
        }
        log.roll();
        long bad = 8 << 10;
        cannotRead(SEGMENT, bad, 4096);
        log.damage().suspect(0, new DamagedLog("told by a test"));

        disk.directory().checkpoint();

        long first = bad / size;
        long last = (bad + 4096 - 1) / size;
        assertThat(log.damagedRanges())
                .extracting(DamagedRange::from, DamagedRange::to)
                .containsExactly(tuple(3 * first, 3 * (last + 1)));
    }

    @Test
    void aLogIsOpenedThoughItsLastDurableBatchCannotBeRead() throws IOException {
        durable(5);
        cannotReadBlock(4L * SIZE + SIZE / 2);

        disk.restartKilled();

        Log again = disk.log(SMALL);
        assertThat(again.endOffset()).isEqualTo(at(5));
        assertDamaged(again, at(4), at(5));
        assertThat(again.append(Batches.of(RECORDS), 0)).isEqualTo(at(5));
        assertThat(Served.offsets(again)).containsExactly(0L, at(1), at(2), at(3), at(5));
    }

    /// Whatever is in the block: headers that the index names, or the ends of batches.
    @Test
    void aLogIsOpenedWhicheverBlockCannotBeRead() throws IOException {
        for (int block = 0; (block + 1) * 4096 <= 14 * SIZE; block++) {
            badBytes = 0;
            disk = Disk.on(temp.resolve("data-" + block), files);
            Log log = durable(12);
            append(log, 3);
            cannotReadBlock(block * 4096L);

            disk.restartKilled();
            Log again = disk.log(SMALL);

            assertThat(again.endOffset()).as("block %d", block).isEqualTo(at(15));
            long first = block * 4096L / SIZE;
            long last = (block * 4096L + 4095) / SIZE;
            long damagedBatches = 0;
            for (DamagedRange range : again.damagedRanges()) {
                damagedBatches += (range.to() - range.from()) / RECORDS;
            }
            assertThat(damagedBatches).isLessThanOrEqualTo(last - first + 1);
            if (first >= 12) {
                assertThat(damagedBatches).as("block %d", block).isPositive();
            }
            assertThat(again.append(Batches.of(RECORDS), 0)).isEqualTo(at(15));
        }
    }

    @Test
    void whatFollowsAnUnreadableBatchBehindTheMarkIsServed() throws IOException {
        Log log = durable(2);
        append(log, 6);
        cannotReadBlock(4L * SIZE + SIZE / 2);

        disk.restartKilled();

        Log again = disk.log(SMALL);
        assertThat(again.endOffset()).isEqualTo(at(8));
        assertDamaged(again, at(4), at(5));
        assertThat(Served.offsets(again))
                .containsExactly(0L, at(1), at(2), at(3), at(5), at(6), at(7));
    }

    @Test
    void anUnreadableEndIsATornOneOfWhichTheRestIsKept() throws IOException {
        Log log = durable(2);
        append(log, 2);
        byte[] whole = Files.readAllBytes(disk.file(SEGMENT));
        long block = 3L * SIZE / 4096 * 4096 + 4096;
        cannotRead(SEGMENT, block, 1);

        disk.restartKilled();

        Log again = disk.log(SMALL);
        assertThat(again.endOffset()).isEqualTo(at(3));
        assertThat(again.damagedRanges()).isEmpty();
        byte[] kept = Files.readAllBytes(disk.file(SEGMENT + "." + 3L * SIZE + ".cut"));
        for (int i = 0; i < SIZE; i++) {
            long position = 3L * SIZE + i;
            boolean bad = block <= position && position < block + 4096;
            assertThat(kept[i]).as("byte %d", i).isEqualTo(bad ? 0 : whole[(int) position]);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                Checkpoint.FILE,
                RunMarker.FILE,
                "00000000000000000000.index",
                "00000000000000000000.timeindex",
                "00000000000000008000.snapshot",
                "00000000000000008000.index",
                "00000000000000008000.timeindex"
            })
    void aLogIsWholeWithoutAFileThatOnlyTellsOfIt(String file) throws IOException {
        Log log = filled(4);
        log.roll();
        append(log, 12);
        log.force();
        disk.directory().checkpoint();
        assertThat(Files.exists(disk.file(file)) || Files.exists(disk.root.resolve(file))).isTrue();
        cannotRead(file, 0, ALL);

        disk.restartKilled();

        Log again = disk.log(SMALL);
        assertThat(again.endOffset()).isEqualTo(at(16));
        assertThat(again.damagedRanges()).isEmpty();
        for (int i = 0; i < 16; i++) {
            assertThat(Batches.in(Served.read(again, at(i)))).isNotEmpty();
        }
        assertThat(again.append(Batches.of(RECORDS), 0)).isEqualTo(at(16));
        disk.directory().checkpoint();
    }

    /// Or retention would not come to the log until somebody opens it.
    @Test
    void howOldALogIsOnlyTheOpenLogTellsWhereItsIndexCannotBeRead() throws IOException {
        Log log = filled(4);
        log.roll();
        disk.directory().checkpoint();
        cannotRead("00000000000000000000.timeindex", 0, ALL);
        disk.restartKilled();

        Oldest oldest = disk.directory().partitions().oldest(Disk.NAME);

        assertThat(oldest).isEqualTo(new Oldest(0, 4L * SIZE, 4L * SIZE));
    }

    private static void assertDamaged(Log log, long from, long to) {
        assertThat(log.damagedRanges())
                .extracting(DamagedRange::from, DamagedRange::to)
                .containsExactly(tuple(from, to));
    }

    /// The block of the first segment that a position is in.
    private void cannotReadBlock(long position) {
        cannotRead(SEGMENT, position / 4096 * 4096, 4096);
    }

    private void cannotRead(String file, long from, long bytes) {
        badFile = file;
        badFrom = from;
        badBytes = bytes;
    }

    private Log filled(int batches) throws IOException {
        Log log = disk.log(SMALL);
        append(log, batches);
        return log;
    }

    private Log durable(int batches) throws IOException {
        Log log = filled(batches);
        log.force();
        disk.directory().checkpoint();
        return log;
    }

    private static void append(Log log, int batches) throws IOException {
        for (int i = 0; i < batches; i++) {
            log.append(Batches.of(RECORDS), 0);
        }
    }

    private static long at(int batch) {
        return (long) batch * RECORDS;
    }
}
