package io.octavo.broker.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.log.LogFiles;
import io.octavo.protocol.api.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Several moves, and those that do not come to their end.
class MovesTest extends TwoDirectories {
    /// More than is copied at once, so that the log is served until the end.
    @Test
    void aMoveThatAStopInterruptedBeginsAgain() throws IOException {
        Partition partition = create();
        String large = "x".repeat(1 << 20);
        for (int i = 0; i < 60; i++) {
            append(partition, large);
        }
        Path target = elsewhere(partition);
        move(target);
        makePlace();
        assertThat(broker.worker().runNext()).as("copies a piece").isTrue();
        assertThat(partition.openLog()).isNotNull();
        broker.close();
        assertThat(LogFiles.system().list(target)).anyMatch(name -> name.endsWith("-future"));

        broker = open(files);
        Partition again = create();
        resumeMoves();
        assertThat(broker.partitions().future(again)).as("what was copied is there").isNull();
        goOn();

        assertThat(again.directory().root()).isEqualTo(target);
        assertThat(values(again)).hasSize(60);
    }

    @Test
    void aMoveThatWaitedForOthersAtAStopBeginsAgain() throws IOException {
        broker.create("t", 3);
        Path target = elsewhere(broker.partition("t", 0));
        for (int i = 0; i < 3; i++) {
            append(broker.partition("t", i), "a");
            assertThat(broker.partitions().move("t", i, target)).isEqualTo(ErrorCode.NONE);
        }
        for (int i = 0; i < 3; i++) {
            makePlace();
        }
        broker.close();

        broker = open(files);
        broker.create("t", 3);
        goOn();

        for (int i = 0; i < 3; i++) {
            assertThat(broker.partition("t", i).directory().root()).as("%d", i).isEqualTo(target);
        }
    }

    @Test
    void aMoveThatSeveralStopsInterruptedBeginsAgain() throws IOException {
        Partition partition = create();
        append(partition, "a");
        Path target = elsewhere(partition);
        move(target);
        makePlace();
        for (int i = 0; i < 3; i++) {
            broker.close();
            broker = open(files);
            create();
            removeAll();
        }
        resumeMoves();
        broker.worker().run();

        assertThat(broker.partition("t", 0).directory().root()).isEqualTo(target);
        assertThat(values(broker.partition("t", 0))).containsExactly("a");
        removeAll();
        assertThat(LogFiles.system().list(target)).noneMatch(name -> name.endsWith("-future"));
    }

    @Test
    void whatIsOrderedAfterAStopCountsMoreThanWhatWasOrderedBefore() throws IOException {
        Partition partition = create();
        append(partition, "a");
        Path home = partition.directory().root();
        Path target = elsewhere(partition);
        move(target);
        makePlace();
        broker.close();
        broker = open(files);
        create();

        assertThat(move(home)).isEqualTo(ErrorCode.NONE);
        broker.worker().run();
        goOn();

        assertThat(broker.partition("t", 0).directory().root()).isEqualTo(home);
        assertThat(LogFiles.system().list(target)).noneMatch(name -> name.startsWith("t-0."));
    }

    @Test
    void aMoveThatIsCancelledBeforeAStopDoesNotBeginAgain() throws IOException {
        Partition partition = create();
        append(partition, "a");
        Path home = partition.directory().root();
        Path target = elsewhere(partition);
        move(target);
        makePlace();
        move(home);
        broker.close();

        assertThat(LogFiles.system().list(target)).noneMatch(name -> name.endsWith("-future"));
    }

    /// Not behind those before it: the name may be another topic's by then.
    @Test
    void aTopicThatIsDeletedWhileItWaitsToBeMovedLeavesNoPlace() throws IOException {
        for (String topic : List.of("a", "b", "c", "d")) {
            broker.create(topic, 1);
        }
        List<String> there = new ArrayList<>();
        for (String topic : List.of("a", "b", "c", "d")) {
            if (broker.partition(topic, 0).directory().root().equals(two)) {
                there.add(topic);
            }
        }
        Partition first = broker.partition(there.getFirst(), 0);
        String large = "x".repeat(1 << 20);
        for (int i = 0; i < 60; i++) {
            append(first, large);
        }
        String waiting = there.getLast();
        assertThat(waiting).isNotEqualTo(there.getFirst());
        broker.partitions().move(there.getFirst(), 0, one);
        broker.partitions().move(waiting, 0, one);
        makePlace();
        makePlace();

        broker.delete(waiting);
        for (int i = 0; i < 4; i++) {
            assertThat(broker.worker().runNext()).isTrue();
        }

        assertThat(first.directory().root()).as("is on its way").isEqualTo(two);
        assertThat(LogFiles.system().list(one))
                .noneMatch(name -> name.startsWith(waiting + "-0.") && name.endsWith("-future"));
    }

    @Test
    void whatIsOrderedWhileAMoveIsUnderWayIsKnownAfterAStop() throws IOException {
        Partition partition = create();
        append(partition, "a");
        Path home = partition.directory().root();
        Path target = elsewhere(partition);
        move(target);
        makePlace();
        move(home);
        assertThat(move(target)).isEqualTo(ErrorCode.NONE);
        broker.close();

        broker = open(files);
        create();
        goOn();

        assertThat(broker.partition("t", 0).directory().root()).isEqualTo(target);
        removeAll();
        assertThat(LogFiles.system().list(target)).noneMatch(name -> name.startsWith("t-0."));
    }

    @Test
    void ofManyThatMoveOneIsOutOfUse() throws IOException {
        broker.create("t", 6);
        for (int i = 0; i < 6; i++) {
            append(broker.partition("t", i), "a");
            broker.partitions().move("t", i, one);
        }
        int moved = 0;
        while (broker.worker().runNext()) {
            int out = 0;
            for (int i = 0; i < 6; i++) {
                out += broker.partition("t", i).openLog() == null ? 1 : 0;
            }
            assertThat(out).isLessThanOrEqualTo(1);
            moved += out;
        }

        assertThat(moved).as("seen out of use").isPositive();
        for (int i = 0; i < 6; i++) {
            assertThat(broker.partition("t", i).directory().root()).isEqualTo(one);
        }
    }

    /// It does not wait for those before it.
    @Test
    void aMoveThatIsCancelledWhileItWaitsEnds() throws IOException {
        broker.create("t", 4);
        List<Partition> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            if (!broker.partition("t", i).directory().root().equals(one)) {
                all.add(broker.partition("t", i));
            }
        }
        assertThat(all).hasSizeGreaterThan(1);
        Partition last = all.getLast();
        for (Partition partition : all) {
            broker.partitions().move("t", partition.index(), one);
        }

        broker.partitions().move("t", last.index(), two);
        while (broker.partitions().future(last) != null) {
            assertThat(broker.worker().runNext()).isTrue();
        }
        assertThat(all.getFirst().directory().root()).as("is before it").isEqualTo(two);
        broker.worker().run();

        assertThat(last.directory().root()).isEqualTo(two);
        assertThat(all.getFirst().directory().root()).isEqualTo(one);
    }

    @Test
    void aMoveThatWasGivenUpDoesNotBeginAgain() throws IOException {
        Partition partition = create();
        append(partition, "a");
        Path home = partition.directory().root();
        move(elsewhere(partition));
        makePlace();
        assertThat(broker.worker().runNext()).isTrue();
        move(home);
        broker.worker().run();
        broker.close();

        broker = open(files);
        Partition again = create();
        goOn();

        assertThat(again.directory().root()).isEqualTo(home);
    }

    /// The first thing that a move does.
    private void makePlace() {
        assertThat(broker.worker().runNext()).as("makes a place").isTrue();
    }

    /// What was on its way before the start, once what is left of it is removed.
    private void goOn() throws IOException {
        removeAll();
        resumeMoves();
        broker.worker().run();
    }
}
