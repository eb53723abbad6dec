package io.octavo.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.client.FakeBroker.Fault;
import io.octavo.ports.ManualClock;
import io.octavo.ports.ManualLoop;
import io.octavo.protocol.message.MetadataRequest;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ClientTest {
    private static final Endpoint ENDPOINT = new Endpoint("here", 1);
    private static final Endpoint ELSEWHERE = new Endpoint("inside.example", 9092);

    private final ManualClock clock = new ManualClock();
    private final ManualLoop loop = new ManualLoop(clock);
    private final FakeBroker broker = new FakeBroker(loop, ENDPOINT, 1);
    private final Client client =
            new Client(
                    ClientConfig.of("gone:1,here:1").withApiTimeoutMs(5_000),
                    clock,
                    loop,
                    broker,
                    () -> {});

    @Test
    void bootstrapAddressesAreTriedInTurn() {
        broker.dead.add(new Endpoint("gone", 1));

        assertThat(refreshed().join().clusterId()).isEqualTo("fake");
    }

    @Test
    void whenNobodyWasEverReachedThatIsSaidAtOnce() {
        broker.dead.add(new Endpoint("gone", 1));
        broker.dead.add(ENDPOINT);
        CompletableFuture<ClusterMap> asked = client.retried(() -> client.refresh(Set.of(), false));
        runMs(50);

        assertThat(failureOf(asked))
                .isInstanceOf(Unreachable.class)
                .hasMessageContaining("cannot connect to here:1");
    }

    @Test
    void aBrokerThatWasReachedOnceIsWaitedFor() {
        refreshed().join();
        broker.dead.add(new Endpoint("gone", 1));
        broker.dead.add(ENDPOINT);
        broker.faults = api -> Fault.REQUEST_LOST;
        CompletableFuture<ClusterMap> asked = client.retried(() -> client.refresh(Set.of(), false));
        runMs(2_000);
        assertThat(asked).isNotDone();

        broker.dead.clear();
        broker.faults = api -> Fault.NONE;
        runMs(2_000);

        assertThat(asked).isCompletedWithValueMatching(map -> map.clusterId().equals("fake"));
    }

    @Test
    void anAdvertisedAddressThatCannotBeReachedIsExplained() {
        broker.advertised = ELSEWHERE;
        broker.dead.add(ELSEWHERE);
        refreshed().join();
        CompletableFuture<Connection> leader = client.broker(FakeBroker.ID);
        runMs(50);

        assertThat(failureOf(leader))
                .isInstanceOf(Unreachable.class)
                .hasMessageContaining("here:1")
                .hasMessageContaining("broker 1 is at inside.example:9092")
                .hasMessageContaining("advertised.listeners");
    }

    @Test
    void questionsAboutTopicsGoTogetherWhileOneIsOnItsWay() {
        AtomicInteger asked = new AtomicInteger();
        refreshed().join();
        broker.faults =
                api -> {
                    asked.addAndGet(api == MetadataRequest.API ? 1 : 0);
                    return Fault.NONE;
                };
        for (int i = 0; i < 20; i++) {
            Completion.on(client.refresh(Set.of("topic-" + i), false), map -> {}, e -> {});
        }
        runMs(100);

        assertThat(asked).hasValue(2);
        assertThat(client.map().topics()).hasSize(21);
    }

    @Test
    void aLostConnectionIsReplaced() {
        refreshed().join();
        CompletableFuture<Connection> first = client.broker(FakeBroker.ID);
        runMs(50);
        first.join().close();

        CompletableFuture<Connection> second = client.broker(FakeBroker.ID);
        runMs(50);

        assertThat(second.join()).isNotSameAs(first.join());
        assertThat(second.join().isOpen()).isTrue();
    }

    private CompletableFuture<ClusterMap> refreshed() {
        CompletableFuture<ClusterMap> result = client.refresh(Set.of(FakeBroker.TOPIC), false);
        runMs(50);
        return result;
    }

    private void runMs(int ms) {
        for (int i = 0; i < ms; i += 2) {
            loop.advanceMs(2);
        }
    }

    private static ClientException failureOf(CompletableFuture<?> future) {
        assertThat(future).isCompletedExceptionally();
        return future.handle((value, thrown) -> Completion.cause(thrown)).join();
    }
}
