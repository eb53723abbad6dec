package io.octavo.system.crash;

import io.octavo.system.Child;
import io.octavo.system.Tools;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// An ext4 file system in a file, mounted on a loop device, whose power can be cut.
///
/// The cut is the file system's own: `EXT4_IOC_SHUTDOWN` without a flush of the journal. From then
/// on nothing reaches the device, and every write and force fails. What was not forced, neither by
/// anybody nor by the system on its own, is gone after the next mount, which replays the journal.
final class Ext4Image implements AutoCloseable {
    private static final long RUN_WAIT_SECONDS = 60;

    /// The number is `_IOR('X', 125, __u32)`, 2 is "no flush of the journal".
    private static final String SHUT_DOWN =
            "$how = pack('L', 2); open(F, '<', $ARGV[0]) && ioctl(F, 0x8004587D, $how) or die $!";

    private final Path image;
    private final Path root;

    private Ext4Image(Path image, Path root) {
        this.image = image;
        this.root = root;
    }

    /// Makes one and mounts it; where that is not allowed the test is not run.
    ///
    /// @param directory where the image is, and where it is mounted
    static Ext4Image make(Path directory, long bytes) {
        Path image = directory.resolve("disk.ext4");
        Path root = directory.resolve("disk");
        try {
            Files.createDirectories(root);
            try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
                file.setLength(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Ext4Image disk = new Ext4Image(image, root);
        if (!succeeds("mkfs.ext4", "-q", "-F", image.toString()) || !disk.mount()) {
            Tools.missing("right to mount a file system on a loop device (root; mkfs.ext4, perl)");
        }
        return disk;
    }

    /// Where it is mounted.
    Path root() {
        return root;
    }

    /// Cuts the power. Who has files open there keeps them; they are of no use any more.
    void cutPower() {
        if (!succeeds("perl", "-e", SHUT_DOWN, root.toString())) {
            throw new AssertionError("the file system in " + root + " was not shut down");
        }
    }

    /// Gives the power back. Nobody may use the file system.
    void mountAgain() {
        unmount();
        if (!mount()) {
            throw new AssertionError("the file system in " + image + " cannot be mounted again");
        }
    }

    @Override
    public void close() {
        unmount();
        try {
            Files.delete(image);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean mount() {
        return succeeds("mount", "-o", "loop", image.toString(), root.toString());
    }

    private void unmount() {
        if (!succeeds("umount", root.toString())) {
            throw new AssertionError(root + " is in use and cannot be unmounted");
        }
    }

    private static boolean succeeds(String... command) {
        try (Child child = Child.start(command[0], new ProcessBuilder(List.of(command)))) {
            return child.exitCode(RUN_WAIT_SECONDS) == 0;
        } catch (UncheckedIOException noSuchProgram) {
            return false;
        }
    }
}
