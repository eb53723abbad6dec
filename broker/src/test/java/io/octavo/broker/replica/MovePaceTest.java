package io.octavo.broker.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.cluster.Topic;
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
        pass(35);
        assertThat(partition.directory().root()).isNotEqualTo(target);
        pass(10);

        assertThat(partition.directory().root()).isEqualTo(target);
        assertThat(values(partition)).hasSize(40);
    }

    @Test
    void allMovesTogetherKeepIt() throws IOException {
        pace(1 << 20);
        List<Partition> there = severalOfFiveMegabytes();

        moveAll(there);
        pass(7);
        assertThat(there.get(0).directory().root()).isEqualTo(one);
        assertThat(there.get(1).directory().root()).isEqualTo(two);
        pass(5);

        assertThat(there.get(1).directory().root()).isEqualTo(one);
    }

    /// It is not out of use for as long as its records take.
    @Test
    void aLogIsServedUntilNoMoreIsLeftThanIsCopiedAtOnce() throws IOException {
        pace(1 << 20);
        Partition partition = create();
        fill(partition, 5);

        move(elsewhere(partition));
        pass(2);

        assertThat(broker.partitions().future(partition)).isNotNull();
        assertThat(partition.openLog()).isNotNull();
    }

    @Test
    void aPaceThatWasTooLowIsNotKeptForLonger() throws IOException {
        List<Partition> there = withADebt();

        pace(1L << 30);
        pass(2);

        assertThat(there.get(1).directory().root()).isEqualTo(one);
    }

    @Test
    void whatWasMovedBeforeThePaceWasSetIsNotPaidForLater() {
        double[] rate = {Long.MAX_VALUE};
        Pace pace = new Pace(broker.clock(), () -> rate[0]);
        pace.owe(16 << 20);
        broker.clock().advanceMs(1_000);
        rate[0] = 1_000;

        assertThat(pace.waitMs()).isZero();
        pace.owe(500);
        assertThat(pace.waitMs()).isEqualTo(500);
    }

    @Test
    void aMoveThatWaitsForItsPaceCanBeGivenUp() throws IOException {
        Partition waiting = withADebt().get(1);
        assertThat(broker.partitions().future(waiting)).isNotNull();

        broker.partitions().move("t", waiting.index(), two);
        broker.worker().run();
        assertThat(broker.partitions().future(waiting)).isNull();
        removeAll();

        assertThat(waiting.directory().root()).isEqualTo(two);
        assertThat(LogFiles.system().list(one)).noneMatch(name -> name.startsWith(waiting + "."));
    }

    @Test
    void oneThatIsGivenUpBeforeAStopDoesNotBeginAgain() throws IOException {
        Partition waiting = withADebt().get(1);

        broker.partitions().move("t", waiting.index(), two);
        broker.close();

        assertThat(LogFiles.system().list(one)).noneMatch(name -> name.endsWith("-future"));
    }

    @Test
    void oneWhoseTopicIsDeletedLeavesNoPlace() throws IOException {
        withADebt();

        broker.delete("t");
        broker.close();

        assertThat(LogFiles.system().list(one)).noneMatch(name -> name.endsWith("-future"));
    }

    @Test
    void oneThatAStopInterruptsBeginsAgain() throws IOException {
        Partition waiting = withADebt().get(1);
        Topic topic = broker.known("t");
        broker.close();

        broker = open(files);
        broker.restore(topic);
        removeAll();
        resumeMoves();
        broker.worker().run();

        assertThat(broker.partition("t", waiting.index()).directory().root()).isEqualTo(one);
    }

    @Test
    void whatWasCopiedWhenABrokerStopsIsClosed() throws IOException {
        pace(1 << 20);
        Partition partition = create();
        fill(partition, 5);
        move(elsewhere(partition));
        pass(2);

        broker.close();

        assertThat(files.openFiles()).isEmpty();
    }

    @Test
    void oneWhoseTargetFailsEnds() throws IOException {
        List<Partition> there = withADebt();
        Partition waiting = there.get(1);

        files.failWrites(one.getFileName().toString());
        there.get(0).log();
        broker.worker().run();
        append(there.get(0), "a", false);
        assertThat(directoryAt(one).failure()).isNotNull();
        pass(2);

        assertThat(broker.partitions().future(waiting)).isNull();
    }

    /// Partitions on their way to directory `one`, of which the first is there, and more than a
    /// day's worth of the pace is not paid for.
    private List<Partition> withADebt() throws IOException {
        List<Partition> there = severalOfFiveMegabytes();
        pace(8 << 20);
        moveAll(there);
        while (there.get(0).directory().root().equals(two)) {
            assertThat(broker.worker().runNext()).isTrue();
        }
        pace(1);
        broker.worker().run();
        pass(1);
        assertThat(there.get(1).directory().root()).isEqualTo(two);
        return there;
    }

    private List<Partition> severalOfFiveMegabytes() {
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
        return there;
    }

    private void moveAll(List<Partition> partitions) {
        for (Partition partition : partitions) {
            assertThat(broker.partitions().move("t", partition.index(), one))
                    .isEqualTo(ErrorCode.NONE);
        }
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
