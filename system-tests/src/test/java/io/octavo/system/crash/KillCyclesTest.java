package io.octavo.system.crash;

import io.octavo.system.BrokerProcess;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `kill -9`, again and again, under load from stock idempotent producers.
final class KillCyclesTest {
    private static final int KILLS = 3;
    private static final int KILLS_SOAK = 100;

    @TempDir private Path directory;

    @Test
    void everyAcknowledgedRecordIsThereOnceAndInOrder() {
        kill(KILLS).assertNothingLost();
    }

    @Test
    @Tag("soak")
    void everyAcknowledgedRecordIsThereOnceAndInOrderAfterAHundred() {
        Crashes.Outcome outcome = kill(KILLS_SOAK);
        Evidence.keep(
                "kill-cycles",
                List.of(
                        "kill -9 under load: 4 stock idempotent producers, acks=all, 2 topics of 3 partitions",
                        Evidence.machine(),
                        outcome.toString()));
        outcome.assertNothingLost();
    }

    private Crashes.Outcome kill(int times) {
        Crashes kills =
                new Crashes(
                        times,
                        broker -> {
                            broker.child().kill();
                            return broker.restart();
                        });
        return kills.of(BrokerProcess.start(directory.resolve("data")), true);
    }
}
