package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerificationTest {
    private static final String FIRST = "00000000000000000000.log";
    private static final String SECOND = "00000000000000000015.log";
    private static final int ALL = Integer.MAX_VALUE;
    private static final int RECORDS = 3;
    private static final int SIZE = Batches.of(RECORDS).sizeBytes();

    @TempDir Path temp;
    private Disk disk;
    private Log log;

    /// Two segments of five batches, all durable.
    @BeforeEach
    void open() throws IOException {
        disk = new Disk(temp.resolve("data"));
        log = disk.log(LogConfig.defaults().withIndexIntervalBytes(1));
        for (int i = 0; i < 10; i++) {
            log.append(Batches.of(RECORDS), 4);
            if (i == 4) {
                log.roll();
            }
        }
        log.force();
        disk.directory().checkpoint();
    }

    @Test
    void aSoundDirectoryHasNoFindings() throws IOException {
        Verification found = verify();

        assertThat(found.findings()).isEmpty();
        assertThat(found.logs()).isEqualTo(1);
        assertThat(found.segments()).isEqualTo(2);
        assertThat(found.batches()).isEqualTo(10);
        assertThat(found.bytes()).isEqualTo(10L * SIZE);
    }

    @Test
    void eachByteOfABatchThatChangedIsFound() throws IOException {
        byte[] whole = Files.readAllBytes(disk.file(FIRST));
        for (int at = 0; at < SIZE; at++) {
            byte[] changed = whole.clone();
            changed[SIZE + at] ^= 0x41;
            Files.write(disk.file(FIRST), changed);

            List<Finding> findings = verify().findings();

            assertThat(findings).as("byte %d", at).isNotEmpty();
            if (at < RecordBatch.LEADER_EPOCH_AT || at >= RecordBatch.MAGIC_AT) {
                assertThat(ranges(findings)).containsExactly(List.of(3L, 6L));
                assertThat(findings.getFirst().range().position()).isEqualTo(SIZE);
            }
        }
    }

    @Test
    void aSegmentThatIsGoneIsFound() throws IOException {
        Files.move(disk.file(FIRST), temp.resolve("first"));
        assertThat(ranges(verify().findings())).containsExactly(List.of(0L, 15L));
        Files.move(temp.resolve("first"), disk.file(FIRST));

        Files.delete(disk.file(SECOND));
        assertThat(ranges(verify().findings())).containsExactly(List.of(15L, 30L));
    }

    @Test
    void aLogThatIsGoneIsFound() throws IOException {
        LogFiles.system().rename(disk.root.resolve(Disk.NAME), temp.resolve("elsewhere"));

        assertThat(ranges(verify().findings())).containsExactly(List.of(0L, 30L));
    }

    @Test
    void aDurableEndThatIsCutOffIsDamageAndOneBehindIsNot() throws IOException {
        byte[] whole = Files.readAllBytes(disk.file(SECOND));
        Files.write(disk.file(SECOND), Arrays.copyOf(whole, whole.length - 1));
        assertThat(ranges(verify().findings())).containsExactly(List.of(27L, 30L));

        Files.write(disk.file(SECOND), Arrays.copyOf(whole, whole.length + 100_000));
        assertThat(verify().findings()).isEmpty();

        byte[] torn = Arrays.copyOf(whole, whole.length + SIZE / 2);
        System.arraycopy(whole, 0, torn, whole.length, SIZE / 2);
        Files.write(disk.file(SECOND), torn);
        assertThat(verify().findings())
                .singleElement()
                .matches(finding -> finding.kind() == Finding.Kind.NOTE)
                .matches(finding -> finding.what().contains("torn at byte " + whole.length));
    }

    /// Nothing tells then whether it is torn or damaged, and not all of it would be kept.
    @Test
    void aStartOpensNoLogOfWhichMoreWouldBeCutThanIsKept() throws IOException {
        Path copy = temp.resolve("copy");
        disk.copyTo(copy);
        Files.delete(copy.resolve(Checkpoint.FILE));
        Path last = copy.resolve(Disk.NAME).resolve(SECOND);
        byte[] whole = Files.readAllBytes(last);
        byte[] wrong = Arrays.copyOf(whole, whole.length + FileRest.KEPT_BYTES_MAX + 1);
        Arrays.fill(wrong, whole.length, wrong.length, (byte) 1);
        Files.write(last, Arrays.copyOf(wrong, wrong.length - 1));
        assertThat(verify(copy).findings())
                .singleElement()
                .matches(finding -> finding.kind() == Finding.Kind.NOTE)
                .matches(finding -> finding.what().contains("the next start cuts it"));
        Files.write(last, wrong);

        assertThat(verify(copy).findings())
                .anyMatch(finding -> finding.kind() == Finding.Kind.DAMAGE)
                .anyMatch(finding -> finding.what().contains("the log is not opened"));
        try (Disk start = new Disk(copy)) {
            assertThatThrownBy(start::log).isInstanceOf(DamagedLog.class);
        }
    }

    @Test
    void anIndexThatIsWrongIsNoted() throws IOException {
        byte[] index = Files.readAllBytes(disk.file("00000000000000000000.index"));
        index[7] ^= 1;
        Files.write(disk.file("00000000000000000000.index"), index);

        assertThat(verify().findings())
                .isNotEmpty()
                .allMatch(finding -> finding.kind() == Finding.Kind.NOTE);
    }

    @Test
    void whatIsMarkedIsNotServedUntilItIsRightAgain() throws IOException {
        byte[] whole = Files.readAllBytes(disk.file(FIRST));
        disk.directory().close();
        byte[] changed = whole.clone();
        changed[2 * SIZE - 1] ^= 0x41;
        Files.write(disk.file(FIRST), changed);

        assertThat(verify().mark(disk.root)).isTrue();

        disk.restartKilled();
        Log again = disk.log();
        assertThatThrownBy(() -> again.read(3, ALL, ALL, true)).isInstanceOf(DamagedLog.class);
        assertThat(verify().findings())
                .singleElement()
                .matches(finding -> finding.kind() == Finding.Kind.KNOWN_DAMAGE);
        disk.directory().close();
        Files.write(disk.file(FIRST), whole);
        assertThat(verify().mark(disk.root)).isTrue();
        disk.restartKilled();
        assertThat(disk.log().damagedRanges()).isEmpty();
    }

    private Verification verify() throws IOException {
        return verify(disk.root);
    }

    private static Verification verify(Path root) throws IOException {
        return Verification.of(new UnforcedFiles(), root);
    }

    /// The offsets that are damaged.
    private static List<List<Long>> ranges(List<Finding> findings) {
        return findings.stream()
                .filter(finding -> finding.kind().isDamage())
                .map(finding -> List.of(finding.range().from(), finding.range().to()))
                .toList();
    }
}
