package io.octavo.system.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.ports.Clock;
import io.octavo.ports.Deadline;
import io.octavo.system.BrokerProcess;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whatever its peers send, the broker stays up, grows little, and serves the others.
final class HostileFramesTest {
    private static final long FRAMES = Long.getLong("octavo.hostile.frames", 1_000_000);
    private static final long SEED = Long.getLong("octavo.seed", 42);

    /// What the broker allocates before it has settled is not growth.
    private static final long WARM_UP_FRAMES = 30_000;

    private static final long GROWTH_BYTES_MAX = 100L << 20;
    private static final int PEERS = 200;

    /// The broker gives a stalled frame 10 s, and looks once a second.
    private static final long STALL_WAIT_MS = 30_000;

    @TempDir Path data;

    @Test
    void aMillionMutatedFramesDisturbNobody() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start(data);
                GoodClient beside = new GoodClient(broker.address());
                Attack attack = attack(broker)) {
            beside.start();
            attack.run(() -> attack.judged() < WARM_UP_FRAMES);
            long before = broker.child().residentBytes();

            attack.run(() -> attack.judged() < FRAMES);

            check(broker, before, beside, attack);
            assertThat(attack.judged()).isGreaterThanOrEqualTo(FRAMES);
        }
    }

    @Test
    void twoHundredStalledFramesOfTheMaximumSizeDisturbNobody() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start(data);
                GoodClient beside = new GoodClient(broker.address());
                Attack attack = attack(broker)) {
            beside.start();
            attack.run(() -> attack.judged() < WARM_UP_FRAMES);
            long before = broker.child().residentBytes();

            Deadline deadline = Deadline.after(Clock.system(), STALL_WAIT_MS);
            try (StalledPeers stalled = new StalledPeers(address(broker), PEERS)) {
                assertThat(stalled.open()).isEqualTo(PEERS);
                attack.run(() -> !deadline.passed(Clock.system()) && someAreOpen(stalled));
                assertThat(stalled.open()).isZero();
            }

            check(broker, before, beside, attack);
        }
    }

    private static void check(
            BrokerProcess broker, long residentBefore, GoodClient beside, Attack attack) {
        long growth = broker.child().residentBytes() - residentBefore;
        beside.close();
        System.out.printf(
                "Hostile input, seed %d: %d frames answered, %d refused; the broker grew by %d MiB;"
                        + " a client beside wrote and read %d records, the slowest in %d ms%n",
                SEED,
                attack.answered(),
                attack.closed(),
                growth >> 20,
                beside.records(),
                beside.slowestMs());
        assertThat(broker.child().isAlive()).isTrue();
        assertThat(beside.errors()).isEmpty();
        assertThat(beside.records()).isPositive();
        assertThat(growth).isLessThan(GROWTH_BYTES_MAX);
    }

    private static boolean someAreOpen(StalledPeers stalled) {
        try {
            return stalled.open() > 0;
        } catch (IOException e) {
            throw new AssertionError("cannot look at the stalled connections", e);
        }
    }

    private static Attack attack(BrokerProcess broker) throws IOException {
        List<byte[]> requests = Requests.about("hostile");
        return new Attack(address(broker), new Mutation(SEED, requests));
    }

    private static InetSocketAddress address(BrokerProcess broker) {
        String address = broker.address();
        int colon = address.lastIndexOf(':');
        return new InetSocketAddress(
                address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    }
}
