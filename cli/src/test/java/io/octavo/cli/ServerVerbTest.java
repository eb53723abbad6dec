package io.octavo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServerVerbTest {
    @TempDir private Path directory;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @Test
    void helpSaysWhenToSetAdvertisedListeners() {
        serve("--help");
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("--listen HOST:PORT", "advertised.listeners");
    }

    @Test
    void anUnknownSettingNamesTheNearest() {
        assertThatThrownBy(() -> serve("--set", "log.retention.hour=1"))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("log.retention.hour ")
                .hasMessageContaining("log.retention.hours");
    }

    @Test
    void aSettingsFileThatIsNotThereIsNamed() {
        Path file = directory.resolve("none.properties");
        assertThatThrownBy(() -> serve("--config", file.toString()))
                .hasMessage("there is no file " + file + " to read settings from");
    }

    @Test
    void settingsOfAFileCount() throws IOException {
        Path file = Files.writeString(directory.resolve("a.properties"), "no.such.setting = 1\n");
        assertThatThrownBy(() -> serve("--config", file.toString()))
                .hasMessageContaining("no.such.setting");
    }

    @Test
    void aPortThatIsTakenIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            assertThatThrownBy(() -> serve("--listen", address, "--data", directory + "/data"))
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining(Integer.toString(taken.getLocalPort()))
                    .message()
                    .hasLineCount(1);
        }
    }

    private void serve(String... arguments) {
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        new ServerVerb(out, out).run(List.of(arguments));
    }
}
