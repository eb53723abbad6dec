package io.octavo.bench.queue;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;
import io.octavo.bench.load.MessageLoad;
import io.octavo.bench.load.Timeline;
import io.octavo.ports.Clock;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;

/// A load program: sends persistent messages to a durable classic queue, which it makes. Without
/// confirms a message is done when it is in the socket; with them, when the broker confirmed it.
///
/// Arguments: those of [MessageLoad], WINDOW (how many may be unconfirmed; 0: no confirms). Prints
/// a [Timeline].
final class RabbitMqProducer {
    private static final String DEFAULT_EXCHANGE = "";

    private RabbitMqProducer() {}

    public static void main(String[] args)
            throws IOException, TimeoutException, InterruptedException {
        MessageLoad load = MessageLoad.parse(args);
        int window = Integer.parseInt(args[MessageLoad.ARGUMENTS]);
        try (Connection connection = connect(load);
                Channel channel = connection.createChannel()) {
            Map<String, Object> classic = Map.of("x-queue-type", "classic");
            channel.queueDeclare(load.destination(), true, false, false, classic);
            if (window == 0) {
                send(channel, load);
            } else {
                sendConfirmed(channel, load, window);
            }
        }
    }

    /// A connection of the installation's own user, who may come from this machine only.
    static Connection connect(MessageLoad load) throws IOException, TimeoutException {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost(load.host());
        factory.setPort(load.port());
        return factory.newConnection();
    }

    private static void send(Channel channel, MessageLoad load)
            throws IOException, InterruptedException {
        byte[] message = load.message();
        Timeline timeline = Timeline.begin(Clock.system(), load.messages());
        for (long i = 0; i < load.messages(); i++) {
            publish(channel, load, message);
            timeline.done(1);
        }
        timeline.print();
    }

    private static void sendConfirmed(Channel channel, MessageLoad load, int window)
            throws IOException, InterruptedException {
        byte[] message = load.message();
        Semaphore free = new Semaphore(window);
        ConcurrentNavigableMap<Long, Boolean> unconfirmed = new ConcurrentSkipListMap<>();
        channel.confirmSelect();
        Timeline timeline = Timeline.begin(Clock.system(), load.messages());
        channel.addConfirmListener(
                (sequence, multiple) -> {
                    int confirmed = 1;
                    if (multiple) {
                        Map<Long, Boolean> upToIt = unconfirmed.headMap(sequence, true);
                        confirmed = upToIt.size();
                        upToIt.clear();
                    } else {
                        unconfirmed.remove(sequence);
                    }
                    free.release(confirmed);
                    timeline.done(confirmed);
                },
                (sequence, _) -> {
                    timeline.failed(new IOException("message " + sequence + " was refused"));
                    free.release(window);
                });
        for (long i = 0; i < load.messages() && timeline.problem() == null; i++) {
            free.acquire();
            unconfirmed.put(channel.getNextPublishSeqNo(), true);
            publish(channel, load, message);
        }
        timeline.print();
    }

    private static void publish(Channel channel, MessageLoad load, byte[] message)
            throws IOException {
        channel.basicPublish(
                DEFAULT_EXCHANGE,
                load.destination(),
                MessageProperties.MINIMAL_PERSISTENT_BASIC,
                message);
    }
}
