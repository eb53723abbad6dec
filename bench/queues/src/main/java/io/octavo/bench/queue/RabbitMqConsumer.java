package io.octavo.bench.queue;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.octavo.bench.load.MessageLoad;
import io.octavo.bench.load.Timeline;
import io.octavo.ports.Clock;
import java.io.IOException;
import java.util.concurrent.TimeoutException;

/// A load program: receives the messages of a queue, acknowledged automatically, as the paper says.
/// The broker then pushes them without a limit, which is the fastest that it can.
///
/// Arguments: those of [MessageLoad]. Prints a [Timeline].
final class RabbitMqConsumer {
    private RabbitMqConsumer() {}

    public static void main(String[] args)
            throws IOException, TimeoutException, InterruptedException {
        MessageLoad load = MessageLoad.parse(args);
        try (Connection connection = RabbitMqProducer.connect(load);
                Channel channel = connection.createChannel()) {
            Timeline timeline = Timeline.begin(Clock.system(), load.messages());
            boolean acknowledgedAutomatically = true;
            channel.basicConsume(
                    load.destination(),
                    acknowledgedAutomatically,
                    (_, delivery) -> timeline.received(load, delivery.getBody()),
                    _ -> timeline.failed(new IOException("the queue is gone")));
            timeline.print();
        }
    }
}
