package io.octavo.system.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.ports.Randomness;
import io.octavo.system.BrokerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Power cuts under load from stock idempotent producers, on a real file system.
final class PowerCutTest {
    private static final int CUTS = 2;
    private static final int CUTS_SOAK = 50;
    private static final long DISK_BYTES = 4L << 30;

    @TempDir private Path directory;

    @Test
    void everyAcknowledgedRecordIsThereOnceAndInOrder() {
        cut(CUTS, "fsync").assertNothingLost();
    }

    /// Else the cuts take nothing, and the other test shows nothing.
    @Test
    void withoutForcingAcknowledgedRecordsAreLost() {
        assertThat(cut(CUTS, "os").verdict().lost()).isPositive();
    }

    @Test
    @Tag("soak")
    void everyAcknowledgedRecordIsThereOnceAndInOrderAfterFifty() {
        Crashes.Outcome forced = cut(CUTS_SOAK, "fsync");
        Crashes.Outcome unforced = cut(CUTS, "os");
        Evidence.keep(
                "power-cuts",
                List.of(
                        "power cuts under load: 4 stock idempotent producers, acks=all, 2 topics of 3 partitions;"
                                + " ext4 on a loop device, shut down without a flush of its journal",
                        Evidence.machine(),
                        "durability=fsync: " + forced,
                        "durability=os: " + unforced));
        forced.assertNothingLost();
        assertThat(unforced.verdict().lost()).isPositive();
    }

    private Crashes.Outcome cut(int times, String durability) {
        Path bootId = directory.resolve("boot-id");
        newBoot(bootId);
        try (Ext4Image disk = Ext4Image.make(directory, DISK_BYTES)) {
            Crashes cuts =
                    new Crashes(
                            times,
                            broker -> {
                                disk.cutPower();
                                broker.child().kill();
                                disk.mountAgain();
                                newBoot(bootId);
                                return broker.restart();
                            });
            BrokerProcess broker =
                    BrokerProcess.start(
                            disk.root().resolve("data"),
                            "durability=" + durability,
                            "boot.id.file=" + bootId);
            return cuts.of(broker, durability.equals("fsync"));
        }
    }

    private static void newBoot(Path bootId) {
        try {
            Files.writeString(bootId, Long.toHexString(Randomness.system().nextLong()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
