package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class LinuxFilesTest {
    private static final int MIB = 1 << 20;

    /// `errno.h`.
    private static final int ERRNO_MAX = 133;

    /// `ENOSPC` and `EDQUOT`.
    private static final Set<Integer> FULL = Set.of(28, 122);

    /// `EIO` and `EROFS`.
    private static final Set<Integer> BROKEN = Set.of(5, 30);

    /// `EINVAL`, `ENOSYS` and `EOPNOTSUPP`.
    private static final Set<Integer> NO_SUCH_CALL = Set.of(22, 38, 95);

    @TempDir Path directory;

    @Test
    void aFileThatIsExtendedKeepsWhatIsInItAndIsZerosBehind() throws IOException {
        Path file = Files.write(directory.resolve("a file"), new byte[] {1, 2, 3});

        LogFiles.system().open(file, LogFiles.Mode.WRITE).extend(MIB);

        byte[] bytes = Files.readAllBytes(file);
        assertThat(bytes).hasSize(MIB).startsWith(1, 2, 3);
        assertThat(Arrays.copyOfRange(bytes, 3, MIB)).containsOnly(0);
    }

    @Test
    void whatIsInMemoryIsKnownOfAFileThatGotAnotherName() throws IOException {
        Path old = Files.write(directory.resolve("old"), new byte[MIB]);
        try (LogFile file = LogFiles.system().open(old, LogFiles.Mode.WRITE)) {
            Files.move(old, directory.resolve("new"));

            assertThat(file.isCached(0, MIB)).isTrue();
        }
    }

    @Test
    void blocksAreSetAside() throws Exception {
        Path file = Files.write(directory.resolve("a"), new byte[] {1});

        boolean set = LinuxFiles.extend(file, 1, 4 * MIB);

        if (set) {
            assertThat(blockBytes(file)).isGreaterThanOrEqualTo(4 * MIB);
        } else {
            assertThat(Files.size(file)).as("on a file system that cannot").isEqualTo(1);
        }
    }

    @Test
    void moreThanThereIsIsAFullDisk() throws IOException {
        Path file = Files.write(directory.resolve("a"), new byte[] {1});
        long usable = Files.getFileStore(directory).getUsableSpace();

        assertThatThrownBy(
                        () -> {
                            if (!LinuxFiles.extend(file, 1, 2 * usable)) {
                                throw new NoSpace("a file system that cannot");
                            }
                        })
                .isInstanceOf(NoSpace.class);
    }

    /// Of what is no file on a disk the system says just that.
    @Test
    void whereTheSystemRefusesForAnotherReasonNothingHasFailed() throws IOException {
        Path device = Path.of("/dev/null");

        assertThat(LinuxFiles.extend(device, 0, MIB)).isFalse();
    }

    @Test
    void onlyTheDiskItselfFailsWhereBlocksAreSetAside() throws IOException {
        Path file = directory.resolve("a");

        assertThat(LinuxFiles.isSetAside(file, 0)).isTrue();
        for (int errno = 1; errno <= ERRNO_MAX; errno++) {
            int told = errno;
            if (FULL.contains(errno)) {
                assertThatThrownBy(() -> LinuxFiles.isSetAside(file, told))
                        .as("errno %s", errno)
                        .isInstanceOf(NoSpace.class);
            } else if (BROKEN.contains(errno)) {
                assertThatThrownBy(() -> LinuxFiles.isSetAside(file, told))
                        .as("errno %s", errno)
                        .isExactlyInstanceOf(IOException.class);
            } else {
                assertThat(LinuxFiles.isSetAside(file, errno)).as("errno %s", errno).isFalse();
            }
        }
    }

    @Test
    void whatCannotBeWrittenBackIsLostWhateverTheReason() throws IOException {
        Path file = directory.resolve("a");

        assertThat(LinuxFiles.isWrittenBack(file, 0)).isTrue();
        for (int errno = 1; errno <= ERRNO_MAX; errno++) {
            int told = errno;
            if (NO_SUCH_CALL.contains(errno)) {
                assertThat(LinuxFiles.isWrittenBack(file, errno)).as("errno %s", errno).isFalse();
            } else {
                assertThatThrownBy(() -> LinuxFiles.isWrittenBack(file, told))
                        .as("errno %s", errno)
                        .isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void whatIsWrittenBackIsAsItWas() throws IOException {
        byte[] bytes = new byte[MIB];
        Arrays.fill(bytes, (byte) 7);
        Path file = Files.write(directory.resolve("a"), bytes);

        assertThat(LinuxFiles.writeBack(file, 10, MIB - 10)).isTrue();
        assertThat(LinuxFiles.writeBack(file, MIB - 10, MIB - 9)).isTrue();

        assertThat(file).hasBinaryContent(bytes);
    }

    @Test
    void aFileThatIsNotThereIsNotMade() throws IOException {
        Path file = directory.resolve("none");

        assertThat(LinuxFiles.extend(file, 0, MIB)).isFalse();
        assertThat(LinuxFiles.writeBack(file, 0, MIB)).isFalse();
        assertThat(file).doesNotExist();
    }

    /// What a file takes of the disk, by `stat` in its blocks of 512 bytes.
    private static long blockBytes(Path file) throws Exception {
        Process stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
        assertThat(stat.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return 512
                * Long.parseLong(
                        new String(stat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                                .strip());
    }
}
