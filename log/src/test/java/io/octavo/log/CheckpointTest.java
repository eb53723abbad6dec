package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.log.EpochHistory.Epoch;
import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
    private static final Uuid DIRECTORY = new Uuid(7, 8);

    @TempDir Path temp;
    private final LogFiles files = new UnforcedFiles();

    @Test
    void whatWasNotedIsThereAfterwards() throws IOException {
        Checkpoint checkpoint = open("boot");
        checkpoint.note("a-0", () -> entry(10, 5));
        checkpoint.note("b-1", () -> entry(20, 20));
        checkpoint.write();
        checkpoint.note("a-0", () -> entry(30, 6));
        checkpoint.forget("b-1");
        checkpoint.write();

        Checkpoint again = open("boot");

        assertThat(again.entry("a-0")).isEqualTo(entry(30, 6));
        assertThat(again.entry("b-1")).isNull();
    }

    @Test
    void whatWasOnlyWrittenDoesNotCountAfterTheMachineRestarted() throws IOException {
        Checkpoint checkpoint = open("boot");
        checkpoint.note("a-0", () -> entry(10, 5));
        checkpoint.write();

        assertThat(open("another").entry("a-0")).isEqualTo(entry(5, 5));
        assertThat(open("").entry("a-0")).isEqualTo(entry(5, 5));
    }

    @Test
    void aFileCutAtAnyByteSaysAnOlderTruthOrNothing() throws IOException {
        Checkpoint checkpoint = open("boot");
        List<Checkpoint.@Nullable Entry> noted = new ArrayList<>();
        noted.add(null);
        for (int i = 1; i <= 5; i++) {
            Checkpoint.Entry entry = entry(i * 10L, i * 10L, List.of(new Epoch(i, i)));
            checkpoint.note("a-0", () -> entry);
            checkpoint.write();
            noted.add(entry);
        }
        byte[] bytes = Files.readAllBytes(temp.resolve(Checkpoint.FILE));

        int before = 0;
        for (int size = 0; size <= bytes.length; size++) {
            Files.write(temp.resolve(Checkpoint.FILE), Arrays.copyOf(bytes, size));
            int at = noted.indexOf(open("boot").entry("a-0"));
            assertThat(at).as("cut at %d", size).isGreaterThanOrEqualTo(before);
            before = at;
        }
        assertThat(before).isEqualTo(5);
    }

    @Test
    void aChangedByteIsNeverBelieved() throws IOException {
        Checkpoint checkpoint = open("boot");
        checkpoint.note("a-0", () -> entry(10, 10));
        checkpoint.write();
        byte[] bytes = Files.readAllBytes(temp.resolve(Checkpoint.FILE));

        for (int at = 0; at < bytes.length; at++) {
            byte[] changed = bytes.clone();
            changed[at] ^= 1;
            Files.write(temp.resolve(Checkpoint.FILE), changed);
            Checkpoint.Entry entry = open("boot").entry("a-0");
            assertThat(entry == null || entry.equals(entry(10, 10))).as("byte %d", at).isTrue();
        }
    }

    @Test
    void theCheckpointOfAnotherDirectoryIsNotThisOnes() throws IOException {
        Checkpoint checkpoint = open("boot");
        checkpoint.note("a-0", () -> entry(10, 10));
        checkpoint.write();

        Checkpoint other = Checkpoint.open(files, temp, new Uuid(7, 9), "boot");

        assertThat(other.entry("a-0")).isNull();
    }

    @Test
    void theFileIsReplacedWhenLittleOfItCounts() throws IOException {
        Checkpoint checkpoint = open("boot");
        for (int i = 0; i < 100_000; i++) {
            int end = i;
            checkpoint.note("a-0", () -> entry(end, end));
            if (i % 1000 == 999) {
                checkpoint.write();
            }
        }

        assertThat(Files.size(temp.resolve(Checkpoint.FILE))).isLessThan(5 << 20);
        assertThat(open("boot").entry("a-0")).isEqualTo(entry(99_999, 99_999));
    }

    @Test
    void nothingIsWrittenWhenNothingChanged() throws IOException {
        Checkpoint checkpoint = open("boot");

        checkpoint.write();

        assertThat(temp.resolve(Checkpoint.FILE)).doesNotExist();
    }

    private Checkpoint open(String bootId) throws IOException {
        return Checkpoint.open(files, temp, DIRECTORY, bootId);
    }

    private static Checkpoint.Entry entry(long written, long durable) {
        return entry(written, durable, List.of(new Epoch(3, 1)));
    }

    private static Checkpoint.Entry entry(long written, long durable, List<Epoch> epochs) {
        return new Checkpoint.Entry(Disk.TOPIC, 1, 0, 1, mark(written), mark(durable), epochs);
    }

    private static Mark mark(long offset) {
        return new Mark(offset, 0, (int) offset * 100, 100, 42, 1234, offset - 1);
    }
}
