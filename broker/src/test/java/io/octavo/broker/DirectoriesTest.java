package io.octavo.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.broker.config.BrokerConfig;
import io.octavo.broker.config.ConfigInputs;
import io.octavo.log.Companions;
import io.octavo.log.DataDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `log.dirs` names, from one start to the next.
final class DirectoriesTest {
    @TempDir Path temp;

    @Test
    void aNewDirectoryBeforeTheOneWithTheTopicsIsRefused() throws Exception {
        start("old");

        assertThatThrownBy(() -> start("new", "old"))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining(temp.resolve("old") + " holds topics: put it first");

        start("old", "new");
    }

    @Test
    void anotherOrderIsRefused() throws Exception {
        start("one", "two", "three");

        assertThatThrownBy(() -> start("two", "one", "three"))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining(temp.resolve("one") + " holds topics");
        assertThatThrownBy(() -> start("two", "three"))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("was used with " + temp.resolve("one") + " as the first");

        start("one", "three", "two");
        start("one", "three");
    }

    @Test
    void aFirstDirectoryThatIsNotMountedIsNotBegunAnew() throws Exception {
        start("one", "two");

        assertRefusedUntilMounted();
    }

    /// Of a version that did not note which belong together.
    @Test
    void norIsOneOfWhichNothingIsNoted() throws Exception {
        start("one", "two");
        for (String name : List.of("one", "two")) {
            Files.delete(temp.resolve(name).resolve(Companions.FILE));
        }
        Files.createDirectories(temp.resolve("two").resolve("t-0"));

        assertRefusedUntilMounted();
    }

    @Test
    void directoriesThatSwapPathsAreTheSame() throws Exception {
        start("one", "two", "three");
        Files.move(temp.resolve("two"), temp.resolve("swap"));
        Files.move(temp.resolve("three"), temp.resolve("two"));
        Files.move(temp.resolve("swap"), temp.resolve("three"));

        assertThat(open("one", "two", "three")).allMatch(one -> one.failure() == null);
    }

    @Test
    void anotherDirectoryThatIsNotMountedIsOutOfService() throws Exception {
        start("one", "two");
        unmount("two");

        for (int i = 0; i < 2; i++) {
            List<DataDirectory> opened = open("one", "two");
            assertThat(opened.get(0).failure()).isNull();
            assertThat(opened.get(1).failure()).hasMessageContaining("is its disk mounted");
        }

        mount("two");
        assertThat(open("one", "two")).allMatch(one -> one.failure() == null);
    }

    @Test
    void aDiskThatWasReplacedIsTakenWhenThatIsSaid() throws Exception {
        start("one", "two");
        unmount("two");
        start("one", "two");

        Files.delete(temp.resolve("one").resolve(Companions.FILE));

        assertThat(open("one", "two")).allMatch(one -> one.failure() == null);
        assertThat(open("one", "two")).allMatch(one -> one.failure() == null);
    }

    /// However often a broker tries to start without the first one.
    private void assertRefusedUntilMounted() throws Exception {
        unmount("one");
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> start("one", "two"))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining("is its disk mounted");
        }

        mount("one");
        start("one", "two");
    }

    private void unmount(String name) throws IOException {
        Files.move(temp.resolve(name), temp.resolve(name + " away"));
    }

    /// Over what was written where it was not mounted.
    private void mount(String name) throws IOException {
        Files.move(temp.resolve(name), temp.resolve(name + " mount point"));
        Files.move(temp.resolve(name + " away"), temp.resolve(name));
    }

    /// A broker that starts and stops.
    private void start(String... names) throws Exception {
        BrokerConfig config = config(names);
        Node.start(config, Machine.system(config.bootIdFile())).close();
    }

    /// The directories of one, closed again.
    private List<DataDirectory> open(String... names) throws Exception {
        BrokerConfig config = config(names);
        Ending ending = new Ending();
        try {
            Directories directories =
                    new Directories(config, Machine.system(config.bootIdFile()), ending);
            directories.open();
            return directories.all();
        } finally {
            ending.run();
        }
    }

    private BrokerConfig config(String... names) throws Exception {
        String roots =
                Stream.of(names)
                        .map(name -> temp.resolve(name).toString())
                        .collect(Collectors.joining(","));
        return BrokerConfig.load(
                ConfigInputs.of(Map.of("log.dirs", roots, "listeners", "PLAINTEXT://127.0.0.1:0")));
    }
}
