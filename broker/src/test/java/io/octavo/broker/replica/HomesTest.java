package io.octavo.broker.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.cluster.Topic;
import io.octavo.log.LogFiles;
import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Which data directory a partition is in.
class HomesTest extends TwoDirectories {
    /// Of which the disk may hang. A disk that is to be taken out.
    @Test
    void noNewPartitionIsMadeInACordonedDirectory() throws IOException {
        broker.close();
        broker =
                new TestBroker(
                        List.of(one, two), files, Map.of("cordoned.log.dirs", one.toString()));

        broker.create("t", 4);

        for (int i = 0; i < 4; i++) {
            assertThat(broker.partition("t", i).directory().root()).isEqualTo(two);
        }
        assertThat(broker.partitions().isCordoned(broker.partitions().directories().getFirst()))
                .isTrue();
    }

    @Test
    void aTopicThatIsDeletedForcesNoDirectoryThatHasNothingOfIt() throws IOException {
        Partition partition = create();
        append(partition, "a");
        files.forcedDirectories().clear();

        broker.delete("t");
        broker.worker().run();

        assertThat(broker.purged()).hasSize(1);
        assertThat(files.forcedDirectories())
                .contains(partition.directory().root())
                .doesNotContain(elsewhere(partition));
    }

    /// A move failed at both ends: both directories know the log, and one has gone on.
    @Test
    void ofTwoLogsThatAreKnownAsWellTheLongerOneIsServed() throws IOException {
        for (boolean longerFirst : new boolean[] {true, false}) {
            broker.close();
            Path kept = Files.createDirectories((longerFirst ? one : two).resolve("kept"));
            Path copy = Files.createDirectories((longerFirst ? two : one).resolve("copy"));
            broker = new TestBroker(List.of(copy), files, Map.of());
            append(create(), "a");
            Topic topic = broker.known("t");
            broker.close();
            broker = new TestBroker(List.of(kept), files, Map.of());
            Partition longer = restored(topic);
            append(longer, "a");
            append(longer, "b");
            broker.close();

            List<Path> both = longerFirst ? List.of(kept, copy) : List.of(copy, kept);
            broker = new TestBroker(both, files, Map.of());

            assertThat(values(restored(topic))).containsExactly("a", "b");
        }
    }

    /// A disk that failed when its partition had been moved away is back.
    @Test
    void ofTwoLogsThatAreKnownAsWellTheOneThatWasMovedMoreOftenIsServed() throws IOException {
        byte[] once = movedOnce();
        for (boolean movedFirst : new boolean[] {true, false}) {
            for (int length = 1; length <= 2; length++) {
                broker.close();
                String place = movedFirst + "-" + length;
                Path moved = Files.createDirectories((movedFirst ? one : two).resolve(place));
                Path old = Files.createDirectories((movedFirst ? two : one).resolve(place));
                broker = new TestBroker(List.of(old), files, Map.of());
                Partition known = create();
                for (int i = 0; i < length; i++) {
                    append(known, "b");
                }
                Topic topic = broker.known("t");
                broker.close();
                broker = new TestBroker(List.of(moved), files, Map.of());
                append(restored(topic), "a");
                broker.close();
                Files.write(moved.resolve("t-0/moves.octavo"), once);

                List<Path> both = movedFirst ? List.of(moved, old) : List.of(old, moved);
                broker = new TestBroker(both, files, Map.of());

                // It went on while the other directory was away.
                boolean longer = length == 2;
                assertThat(values(restored(topic)))
                        .isEqualTo(longer ? List.of("b", "b") : List.of("a"));
                assertThat(files.list(longer ? moved : old))
                        .anyMatch(name -> name.endsWith("-stray"));
            }
        }
    }

    /// What a log says that was moved once.
    private byte[] movedOnce() throws IOException {
        Partition partition = create();
        append(partition, "a");
        Path target = elsewhere(partition);
        move(target);
        broker.worker().run();
        return Files.readAllBytes(target.resolve("t-0/moves.octavo"));
    }

    @Test
    void aTopicThatIsMadeAgainIsNotMadeWhereTheDiskHasFailed() throws IOException {
        Partition partition = create();
        broker.forced("t");
        files.failForces("t-0");
        append(partition, "a", true);
        broker.force();
        assertThat(partition.directory().failure()).isNotNull();

        broker.delete("t");
        broker.createClosed("t", 1);
        Partition again = broker.partition("t", 0);
        assertThat(again.directory()).isNotSameAs(partition.directory());

        again.log();
        broker.worker().run();
        append(again, "b");
        assertThat(values(again)).containsExactly("b");
    }

    @Test
    void aLogThatIsInTwoDirectoriesIsServedFromOneAndTheOtherIsSetAside() throws IOException {
        Partition partition = create();
        append(partition, "a");
        Path home = partition.directory().root();
        Path other = elsewhere(partition);
        broker.close();
        LogFiles.system().createDirectory(other.resolve("t-0"));

        broker = open(LogFiles.system());
        assertThat(create().directory().root()).isEqualTo(home);

        assertThat(LogFiles.system().list(other)).anyMatch(name -> name.endsWith("-stray"));
    }

    /// As when a topic is deleted and made again while one of the disks is away.
    @Test
    void ofLogsOfSeveralTopicsTheOneOfTheTopicThatExistsCounts() throws IOException {
        for (boolean liveFirst : new boolean[] {true, false}) {
            broker.close();
            Path live = Files.createDirectories((liveFirst ? one : two).resolve("live"));
            Path old = Files.createDirectories((liveFirst ? two : one).resolve("old"));
            broker = new TestBroker(List.of(old), files, Map.of());
            append(create(), "old");
            Topic before = broker.known("t");
            broker.close();
            Topic now =
                    new Topic("t", new Uuid(1, 99), false, before.partitions(), before.config());
            broker = new TestBroker(List.of(live), files, Map.of());
            append(restored(now), "live");
            broker.close();

            List<Path> both = liveFirst ? List.of(live, old) : List.of(old, live);
            broker = new TestBroker(both, files, Map.of());

            assertThat(values(restored(now))).containsExactly("live");
            assertThat(files.list(old)).anyMatch(name -> name.endsWith("-stray"));
        }
    }
}
