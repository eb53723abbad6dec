package io.octavo.bench.queue;

import com.rabbitmq.stream.Environment;
import com.rabbitmq.stream.OffsetSpecification;
import io.octavo.bench.load.MessageLoad;
import io.octavo.bench.load.Timeline;
import io.octavo.ports.Clock;

/// A load program: receives the messages of a RabbitMQ stream from its beginning, with the client's
/// own flow control.
///
/// Arguments: those of [MessageLoad]. Prints a [Timeline].
final class StreamConsumer {
    private StreamConsumer() {}

    public static void main(String[] args) throws InterruptedException {
        MessageLoad load = MessageLoad.parse(args);
        try (Environment environment = StreamProducer.environment(load)) {
            Timeline timeline = Timeline.begin(Clock.system(), load.messages());
            environment.consumerBuilder().stream(load.destination())
                    .offset(OffsetSpecification.first())
                    .messageHandler(
                            (_, message) -> timeline.received(load, message.getBodyAsBinary()))
                    .build();
            timeline.print();
        }
    }
}
