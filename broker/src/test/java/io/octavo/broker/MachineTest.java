package io.octavo.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MachineTest {
    @TempDir Path directory;

    @Test
    void theStartOfTheMachineIsKnownByWhatAFileSays() throws Exception {
        Path file = directory.resolve("boot_id");
        Files.writeString(file, "first\n");

        assertThat(Machine.system(file).bootId()).isEqualTo("first");
    }

    @Test
    void withoutTheFileTheStartOfTheMachineIsUnknown() {
        assertThat(Machine.system(directory.resolve("missing")).bootId()).isEmpty();
    }
}
