package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// In whatever language the system speaks, a full disk is one.
class SystemErrorTest {
    private static final Path FULL = Path.of("/dev/full");

    @TempDir Path temp;

    @Test
    void aFullDiskIsOneInEnglish() throws Exception {
        assertThat(said("C")).isEqualTo("NoSpace");
    }

    @Test
    void aFullDiskIsOneInGerman() throws Exception {
        Path locale = temp.resolve("de_DE.UTF-8");
        assumeTrue(
                Files.exists(Path.of("/usr/share/locale/de/LC_MESSAGES/libc.mo"))
                        && Files.exists(Path.of("/usr/share/i18n/locales/de_DE"))
                        && run("localedef", "-i", "de_DE", "-f", "UTF-8", locale.toString()) == 0);

        assertThat(said("de_DE.UTF-8")).isEqualTo("NoSpace");
    }

    /// What a process of a language makes of a file that has no room.
    private String said(String language) throws Exception {
        assumeTrue(Files.exists(FULL));
        ProcessBuilder child =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName());
        child.environment().put("LOCPATH", temp.toString());
        child.environment().put("LC_ALL", language);
        child.redirectError(ProcessBuilder.Redirect.INHERIT);
        Process process = child.start();
        String said =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(process.waitFor()).isZero();
        return said;
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(List.of(command))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    static final class Child {
        private Child() {}

        public static void main(String[] args) throws IOException {
            try (LogFile file = LogFiles.system().open(FULL, LogFiles.Mode.WRITE)) {
                file.write(ByteBuffer.wrap(new byte[] {1}), 0);
                System.out.println("written");
            } catch (IOException e) {
                System.out.println(e.getClass().getSimpleName());
            }
        }
    }
}
