package io.octavo.broker.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.log.LogFiles;
import io.octavo.protocol.api.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The pace of moves from one data directory to another.
class MovePaceTest extends TwoDirectories {
    private static final String LARGE = "x".repeat(1 << 20);

    @Test
    void aMoveKeepsThePaceThatIsSet() throws IOException {
        pace(1 << 20);
        Partition partition = create();
        fill(partition, 40);
        Path target = elsewhere(partition);

        move(target);
        pass(20);
        assertThat(partition.directory().root()).isNotEqualTo(target);
        pass(10);

        assertThat(partition.directory().root()).isEqualTo(target);
        assertThat(values(partition)).hasSize(40);
    }

    /// Each of them is so small that it is copied at once.
    @Test
    void allMovesTogetherKeepIt() throws IOException {
        pace(1 << 20);
        broker.create("t", 4);
        List<Partition> there = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Partition partition = broker.partition("t", i);
            if (partition.directory().root().equals(two)) {
                there.add(partition);
                fill(partition, 5);
            }
        }
        assertThat(there).hasSizeGreaterThan(1);

        for (Partition partition : there) {
            assertThat(broker.partitions().move("t", partition.index(), one))
                    .isEqualTo(ErrorCode.NONE);
        }
        pass(4);
        assertThat(there.get(0).directory().root()).isEqualTo(one);
        assertThat(there.get(1).directory().root()).isEqualTo(two);
        pass(3);

        assertThat(there.get(1).directory().root()).isEqualTo(one);
    }

    @Test
    void aPaceThatWasTooLowIsNotKeptForLonger() throws IOException {
        pace(0);
        Partition partition = create();
        fill(partition, 40);
        Path target = elsewhere(partition);
        move(target);
        pass(10);
        assertThat(partition.directory().root()).isNotEqualTo(target);

        pace(1L << 30);
        pass(2);

        assertThat(partition.directory().root()).isEqualTo(target);
    }

    @Test
    void aMoveThatWaitsForItsPaceCanBeGivenUp() throws IOException {
        pace(1);
        Partition partition = create();
        fill(partition, 40);
        Path home = partition.directory().root();
        Path target = elsewhere(partition);
        move(target);
        broker.worker().run();

        move(home);
        pass(2);
        removeAll();

        assertThat(broker.partitions().future(partition)).isNull();
        assertThat(LogFiles.system().list(target)).noneMatch(name -> name.startsWith("t-0"));
    }

    private void pace(long bytesPerSecond) {
        broker.config()
                .alter(
                        Map.of(),
                        Map.of(
                                "replica.alter.log.dirs.io.max.bytes.per.second",
                                Long.toString(bytesPerSecond)));
    }

    private void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            broker.worker().advanceMs(1_000);
        }
    }

    private static void fill(Partition partition, int megabytes) {
        for (int i = 0; i < megabytes; i++) {
            append(partition, LARGE);
        }
    }
}
