package io.octavo.broker.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.util.concurrent.FastThreadLocalThread;
import io.octavo.broker.api.Later;
import io.octavo.broker.api.Reply;
import io.octavo.ports.Afterwards;
import io.octavo.protocol.message.ListOffsetsRequest;
import io.octavo.protocol.message.ListOffsetsResponse;
import io.octavo.protocol.message.ProduceRequest;
import io.octavo.protocol.message.ProduceResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Replies that no event loop settles; here it is the test's thread, as it is a syncer's.
@ParameterizedClass
@EnumSource(Transport.class)
final class DirectRepliesTest extends NetworkScene {
    private static final int REPLIES_MAX = 100_000;
    private static final int CONNECTIONS = 2_000;

    private CountDownLatch loopMayGoOn = new CountDownLatch(1);

    DirectRepliesTest(Transport transport) {
        super(transport);
    }

    /// As it is once the records are appended.
    @BeforeEach
    void readFramesAtOnce() {
        produce.from((request, context) -> {
            context.recordsDone();
            return new Later<>();
        });
    }

    @AfterEach
    void letTheLoopGoOn() {
        loopMayGoOn.countDown();
    }

    /// Has the loop, the only one, do something that takes until [#letTheLoopGoOn].
    private void keepTheLoopBusy(Peer other) throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        loopMayGoOn = mayGoOn;
        offsets.from((request, context) -> {
            busy.countDown();
            // Longer than any peer waits, or what the loop does then would hide what is missing.
            await(mayGoOn, 2 * WAIT_SECONDS);
            return new Reply.Now<>(ListOffsetsResponse.defaults());
        });
        other.send(ListOffsetsRequest.API, 5, 1, ListOffsetsRequest.defaults());
        await(busy);
    }

    private List<Later<ProduceResponse>> sendProduces(int from, int count) throws Exception {
        List<Later<ProduceResponse>> parked = new ArrayList<>();
        for (int i = from; i < from + count; i++) {
            sendProduce(i);
        }
        for (int i = 0; i < count; i++) {
            parked.add(produce.next().later());
        }
        barrier();
        return parked;
    }

    @Test
    void noLoopIsNeededForThem() throws Exception {
        assumeTrue(transport == Transport.EPOLL);
        List<Later<ProduceResponse>> parked = sendProduces(0, 5);
        try (Peer other = Peer.of(network)) {
            keepTheLoopBusy(other);

            parked.getFirst().complete(ProduceResponse.defaults());
            assertThat(peer.receiveCorrelationId()).isZero();
            Afterwards.run(() ->
                    parked.subList(1, 5).forEach(one -> one.complete(ProduceResponse.defaults())));

            for (int i = 1; i < 5; i++) {
                assertThat(peer.receiveCorrelationId()).isEqualTo(i);
            }
        }
    }

    /// What the loop has to do itself is not there while it cannot.
    private void assertThatTheLoopIsNeededFor(ThrowingRunnable settling) throws Exception {
        try (Peer other = Peer.of(network)) {
            keepTheLoopBusy(other);
            settling.run();
            assertThat(peer.hasMore()).isFalse();
            loopMayGoOn.countDown();
        }
    }

    private interface ThrowingRunnable {
        void run() throws Exception;
    }

    @Test
    void theThreadOfAnotherLoopDoesNotWriteThem() throws Exception {
        Later<ProduceResponse> parked = sendProduces(0, 1).getFirst();

        assertThatTheLoopIsNeededFor(() -> {
            Thread another =
                    new FastThreadLocalThread(() -> parked.complete(ProduceResponse.defaults()));
            another.start();
            another.join();
        });

        assertThat(peer.receiveCorrelationId()).isZero();
    }

    /// The frame's memory belongs to the loop.
    @Test
    void theLoopAnswersWhatIsStillRead() throws Exception {
        produce.from((request, context) -> new Later<>());
        Later<ProduceResponse> parked = sendProduces(0, 1).getFirst();

        assertThatTheLoopIsNeededFor(() -> parked.complete(ProduceResponse.defaults()));

        assertThat(peer.receiveCorrelationId()).isZero();
    }

    @Test
    void theLoopAnswersWhatIsLarge() throws Exception {
        List<Later<ProduceResponse>> parked = sendProduces(0, 2);

        assertThatTheLoopIsNeededFor(() -> {
            parked.getFirst().complete(named("x".repeat(DirectReplies.BYTES_MAX)));
            parked.getLast().complete(ProduceResponse.defaults());
        });

        assertThat(peer.receiveCorrelationId()).isZero();
        assertThat(peer.receiveCorrelationId()).isOne();
    }

    @Test
    void behindALargeOneOthersWriteAgainWhatIsSmall() throws Exception {
        assumeTrue(transport == Transport.EPOLL);
        List<Later<ProduceResponse>> parked = sendProduces(0, 2);
        parked.getFirst().complete(named("x".repeat(DirectReplies.BYTES_MAX)));
        parked.getLast().complete(ProduceResponse.defaults());
        assertThat(peer.receiveCorrelationId()).isZero();
        assertThat(peer.receiveCorrelationId()).isOne();

        Later<ProduceResponse> next = sendProduces(2, 1).getFirst();
        try (Peer other = Peer.of(network)) {
            keepTheLoopBusy(other);
            next.complete(ProduceResponse.defaults());

            assertThat(peer.receiveCorrelationId()).isEqualTo(2);
            loopMayGoOn.countDown();
        }
    }

    /// They are woken anyway, and it has other things to do.
    @Test
    void loopsWriteRepliesOfSeveralConnectionsAtATime() throws Exception {
        assumeTrue(transport == Transport.EPOLL);
        List<Peer> peers = new ArrayList<>();
        List<Later<ProduceResponse>> parked = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Peer one = Peer.of(network);
            peers.add(one);
            one.send(ProduceRequest.API, 9, 0, ProduceRequest.defaults());
            one.send(ProduceRequest.API, 9, 1, ProduceRequest.defaults());
            parked.add(produce.next().later());
            parked.add(produce.next().later());
        }
        barrier();
        try (Peer other = Peer.of(network)) {
            keepTheLoopBusy(other);

            Afterwards.run(() -> {
                parked.forEach(one -> one.complete(ProduceResponse.defaults()));
            });

            assertThatNothingCame(peers);
            loopMayGoOn.countDown();
        }
        barrier();
        peers.getLast().send(ProduceRequest.API, 9, 2, ProduceRequest.defaults());
        Later<ProduceResponse> next = produce.next().later();
        barrier();
        try (Peer other = Peer.of(network)) {
            // What has not come by now would only come when the loop looks after all connections.
            keepTheLoopBusy(other);
            for (Peer one : peers) {
                assertThat(one.receiveCorrelationId()).isZero();
                assertThat(one.receiveCorrelationId()).isOne();
            }
            next.complete(ProduceResponse.defaults());
            assertThat(peers.getLast().receiveCorrelationId()).isEqualTo(2);
            loopMayGoOn.countDown();
        }
        for (Peer one : peers) {
            one.close();
        }
    }

    private static void assertThatNothingCame(List<Peer> peers) {
        try {
            for (Peer one : peers) {
                assertThat(one.hasMore()).isFalse();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Between the reply that was taken and its write, the loop has something to do.
    @Test
    void theLoopWritesWhatWasTakenAndNotWrittenYet() throws Exception {
        List<Later<ProduceResponse>> parked = sendProduces(0, 2);

        Afterwards.run(() -> {
            parked.getFirst().complete(ProduceResponse.defaults());
            sendAnotherAndReceive();
        });

        parked.getLast().complete(ProduceResponse.defaults());
        assertThat(peer.receiveCorrelationId()).isOne();
    }

    private void sendAnotherAndReceive() {
        try {
            sendProduce(2);
            assertThat(peer.receiveCorrelationId()).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// All batches that one read brings are forced together.
    @Test
    void whatIsPutOffByRequestsOfOneReadIsDoneBehindThem() throws Exception {
        AtomicInteger handled = new AtomicInteger();
        List<Integer> behind = new CopyOnWriteArrayList<>();
        Runnable task = () -> behind.add(handled.get());
        produce.from((request, context) -> {
            context.recordsDone();
            handled.incrementAndGet();
            Afterwards.defer(task);
            return new Later<>();
        });
        byte[] two =
                concat(
                        Peer.bytes(ProduceRequest.API, 9, 0, ProduceRequest.defaults()),
                        Peer.bytes(ProduceRequest.API, 9, 1, ProduceRequest.defaults()));

        peer.send(two);
        List<Later<ProduceResponse>> parked =
                List.of(produce.next().later(), produce.next().later());
        barrier();

        assertThat(behind).containsExactly(2);
        parked.forEach(one -> one.complete(ProduceResponse.defaults()));
        assertThat(peer.receiveCorrelationId()).isZero();
        assertThat(peer.receiveCorrelationId()).isOne();
    }

    @Test
    void eachIsCountedOnce() throws Exception {
        long bytes = 0;
        for (int i = 0; i < 10; i += 2) {
            List<Later<ProduceResponse>> parked = sendProduces(i, 2);
            parked.forEach(one -> one.complete(ProduceResponse.defaults()));
            bytes +=
                    Integer.BYTES + peer.receive().limit() + Integer.BYTES + peer.receive().limit();
        }
        // What others wrote is counted when the loop goes on.
        peer.send(ListOffsetsRequest.API, 5, 10, ListOffsetsRequest.defaults());
        bytes += Integer.BYTES + peer.receive().limit();
        long toOthers = network.sentBytes() - bytes;

        barrier();
        assertThat(toOthers).isEqualTo(5 * (network.sentBytes() - bytes - toOthers));
    }

    @Test
    void aConnectionThatIsDrainedIsAnswered() throws Exception {
        List<Later<ProduceResponse>> parked = sendProduces(0, 2);
        network.drain();

        parked.forEach(one -> one.complete(ProduceResponse.defaults()));

        assertThat(peer.receiveCorrelationId()).isZero();
        assertThat(peer.receiveCorrelationId()).isOne();
        assertThat(peer.isClosedByNow()).isTrue();
    }

    @Test
    void aPeerThatEndsItsSideIsAnswered() throws Exception {
        List<Later<ProduceResponse>> parked = sendProduces(0, 2);
        peer.endOutput();
        barrier();

        parked.forEach(one -> one.complete(ProduceResponse.defaults()));

        assertThat(peer.receiveCorrelationId()).isZero();
        assertThat(peer.receiveCorrelationId()).isOne();
        assertThat(peer.isClosedByNow()).isTrue();
    }

    @Test
    void whatIsSettledTooEarlyWaitsForItsTurn() throws Exception {
        List<Later<ProduceResponse>> parked = sendProduces(0, 5);
        try (Peer other = Peer.of(network)) {
            keepTheLoopBusy(other);
            for (int i : new int[] {0, 2, 1, 4, 3}) {
                parked.get(i).complete(ProduceResponse.defaults());
            }
            loopMayGoOn.countDown();

            for (int i = 0; i < 5; i++) {
                assertThat(peer.receiveCorrelationId()).isEqualTo(i);
            }
        }
    }

    /// Nobody would say so again.
    @Test
    void whatWasSettledBeforeItIsSentBehindIt() throws Exception {
        List<Later<ProduceResponse>> parked = sendProduces(0, 3);
        parked.get(1).complete(ProduceResponse.defaults());
        barrier();

        parked.get(0).complete(ProduceResponse.defaults());

        assertThat(peer.receiveCorrelationId()).isEqualTo(0);
        assertThat(peer.receiveCorrelationId()).isEqualTo(1);
        parked.get(2).complete(ProduceResponse.defaults());
        assertThat(peer.receiveCorrelationId()).isEqualTo(2);
    }

    @Test
    void whatComesBehindThemIsHandled() throws Exception {
        for (int i = 0; i < 50; i += 5) {
            List<Later<ProduceResponse>> parked = sendProduces(i, 4);
            peer.send(ListOffsetsRequest.API, 5, i + 4, ListOffsetsRequest.defaults());
            if (i % 2 == 0) {
                barrier();
            }
            parked.forEach(one -> one.complete(ProduceResponse.defaults()));
            for (int id = i; id < i + 5; id++) {
                assertThat(peer.receiveCorrelationId()).isEqualTo(id);
            }
        }
    }

    /// More than the sockets between them take.
    @Test
    void aPeerThatDoesNotReadGetsAllOfThemInTheEnd() throws Exception {
        try (Settler settler = new Settler(named("x".repeat(700)))) {
            int sent = 0;
            do {
                for (int i = 0; i < 32; i++) {
                    sendProduce(sent++);
                }
                barrier();
                settler.awaitSettled();
            } while (settler.parked.get() == sent && sent < REPLIES_MAX);
            assertThat(sent).isLessThan(REPLIES_MAX);

            for (int i = 0; i < sent; i++) {
                assertThat(peer.receiveCorrelationId()).isEqualTo(i);
            }
        }
    }

    private static ProduceResponse named(String topic) {
        return ProduceResponse.defaults()
                .withResponses(
                        List.of(ProduceResponse.TopicProduceResponse.defaults().withName(topic)));
    }

    /// Descriptors of connections that end are used again at once.
    @Test
    void noReplyGetsToAnotherConnection() throws Exception {
        try (Settler settler = new Settler(ProduceResponse.defaults())) {
            ArrayDeque<Numbered> open = new ArrayDeque<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                Numbered one = new Numbered(Peer.of(network), 10 * i);
                open.add(one);
                for (int id = 0; id < 3; id++) {
                    one.peer.send(ProduceRequest.API, 9, one.first + id, ProduceRequest.defaults());
                }
                if (i % 3 == 0) {
                    open.removeLast().peer.close();
                }
                if (open.size() > 5) {
                    open.removeFirst().checkAndClose();
                }
            }
            for (Numbered one : open) {
                one.checkAndClose();
            }
            settler.awaitSettled();
        }
    }

    /// A peer that has sent three requests.
    private record Numbered(Peer peer, int first) {
        void checkAndClose() throws IOException {
            for (int id = 0; id < 3; id++) {
                assertThat(peer.receiveCorrelationId()).isEqualTo(first + id);
            }
            assertThat(peer.hasMore()).isFalse();
            peer.close();
        }
    }

    /// A thread that settles what is parked, as soon as it is.
    private final class Settler implements AutoCloseable {
        final AtomicInteger parked = new AtomicInteger();
        private final AtomicInteger settled = new AtomicInteger();
        private final BlockingQueue<Later<ProduceResponse>> queue = new LinkedBlockingQueue<>();
        private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        private final CountDownLatch done = new CountDownLatch(1);
        private volatile boolean ended;

        Settler(ProduceResponse response) {
            Thread.ofPlatform().start(() -> settle(response));
            produce.from((request, context) -> {
                context.recordsDone();
                Later<ProduceResponse> later = new Later<>();
                queue.add(later);
                parked.incrementAndGet();
                return later;
            });
        }

        private void settle(ProduceResponse response) {
            try {
                while (!ended || !queue.isEmpty()) {
                    Later<ProduceResponse> one = queue.poll();
                    if (one == null) {
                        Thread.onSpinWait();
                    } else {
                        one.complete(response);
                        settled.incrementAndGet();
                    }
                }
            } catch (RuntimeException | Error e) {
                failure.set(e);
            } finally {
                done.countDown();
            }
        }

        /// Until it has settled all that is parked, or has failed.
        void awaitSettled() {
            while (settled.get() < parked.get() && done.getCount() > 0) {
                Thread.onSpinWait();
            }
        }

        @Override
        public void close() {
            ended = true;
            await(done);
            assertThat(failure.get()).isNull();
        }
    }
}
