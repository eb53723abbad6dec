package io.octavo.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.bench.measure.Standstills.Standstill;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StandstillsTest {
    @TempDir Path directory;

    @Test
    void whatTheProgramSaysIsReadWhenItsInputEnds() throws IOException {
        try (Standstills watch =
                Standstills.watch(script("cat; echo stall 1000 3500; echo stall 9000 9400"))) {
            assertThat(watch.end())
                    .containsExactly(new Standstill(1_000, 3_500), new Standstill(9_000, 9_400));
        }
    }

    @Test
    void aWatchThatFailsIsNotTakenForQuiet() throws IOException {
        try (Standstills watch = Standstills.watch(script("cat; exit 1"))) {
            assertThatThrownBy(watch::end).isInstanceOf(IOException.class);
        }
    }

    @Test
    void whatIsNoStandstillIsRefused() {
        assertThatThrownBy(() -> Standstill.of("stall 5"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void howMuchOfItIsWithin() {
        Standstill one = new Standstill(1_000, 2_000);

        assertThat(one.nanosWithin(0, 5_000)).isEqualTo(1_000);
        assertThat(one.nanosWithin(1_500, 1_600)).isEqualTo(100);
        assertThat(one.nanosWithin(2_000, 3_000)).isZero();
        assertThat(one.nanosWithin(0, 900)).isZero();
    }

    private Path script(String commands) throws IOException {
        Path path =
                Files.createFile(
                        directory.resolve("stalls"),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
        return Files.writeString(path, "#!/bin/sh\n" + commands + "\n");
    }
}
