package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/// How a log is adopted, and what is not.
class AdoptionTest extends AdoptionScene {
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

    /// Retention goes by it where timestamps say nothing.
    @Test
    void aSegmentIsAsOldAsItWas() throws IOException {
        FileTime written = FileTime.fromMillis(1_000_000_000_000L);
        Files.setLastModifiedTime(source.resolve(FIRST), written);

        Disk ours = adopted();
        assertThat(ours.log().endOffset()).isEqualTo(12);
        ours.checkpoint();

        assertThat(Files.getLastModifiedTime(ours.file(FIRST))).isEqualTo(written);
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
                Path batches = source.resolve(SECOND);
                Files.copy(batches, old.resolve(SECOND));
            }

            assertThatThrownBy(() -> Adoption.of(files, old)).hasMessageContaining("format");
        }
    }

    @Test
    void whatIsNoPartitionIsRefused() {
        assertThatThrownBy(() -> Adoption.of(files, temp.resolve("theirs")))
                .hasMessageContaining("is no partition's directory");
    }
}
