package io.octavo.broker.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.api.Reply;
import io.octavo.ports.ManualClock;
import io.octavo.protocol.message.ListOffsetsRequest;
import io.octavo.protocol.message.ListOffsetsResponse;
import io.octavo.protocol.message.ProduceRequest;
import io.octavo.protocol.message.ProduceResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Transport.class)
final class ProducerGateTest {
    private final Transport transport;
    private final List<Throwable> fatal = new ArrayList<>();
    private final AtomicBoolean crowded = new AtomicBoolean();
    private final Calls<ProduceRequest, ProduceResponse> produce =
            Calls.parking(ProduceRequest.API);
    private final Calls<ListOffsetsRequest, ListOffsetsResponse> offsets =
            new Calls<>(
                    ListOffsetsRequest.API,
                    (request, context) -> new Reply.Now<>(ListOffsetsResponse.defaults()));

    private Network network;
    private Peer producer;
    private Peer other;

    ProducerGateTest(Transport transport) {
        this.transport = transport;
    }

    @BeforeEach
    void start() throws IOException {
        network =
                LocalNetwork.start(
                        List.of(produce, offsets), new ManualClock(), fatal::add, transport);
        network.holdProducersWhile(crowded::get);
        network.serve();
        producer = Peer.of(network);
        other = Peer.of(network);
    }

    @AfterEach
    void stop() throws IOException {
        producer.close();
        other.close();
        network.close(0);
        assertThat(fatal).isEmpty();
    }

    @Test
    void whoProducesIsNotReadWhileTheDiskDoesNotKeepUp() throws Exception {
        crowded.set(true);
        send(1);
        produce.next();
        ask();

        send(2);
        ask();
        ask();
        assertThat(produce.waiting()).isZero();

        crowded.set(false);
        network.resumeProducers();
        produce.next();
    }

    private void send(int correlationId) throws IOException {
        producer.send(ProduceRequest.API, 9, correlationId, ProduceRequest.defaults());
    }

    /// Others are served; when this returns the loop has had a turn.
    private void ask() throws IOException {
        other.send(ListOffsetsRequest.API, 5, 7, ListOffsetsRequest.defaults());
        assertThat(other.receiveCorrelationId()).isEqualTo(7);
    }
}
