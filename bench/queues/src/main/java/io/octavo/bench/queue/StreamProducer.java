package io.octavo.bench.queue;

import com.rabbitmq.stream.Environment;
import com.rabbitmq.stream.Producer;
import io.octavo.bench.load.MessageLoad;
import io.octavo.bench.load.Timeline;
import io.octavo.ports.Clock;

/// A load program: sends messages to a RabbitMQ stream, which it makes, a fixed number to a request
/// and with the client's own limit of unconfirmed ones (10,000). A message is done when the broker
/// confirmed it; streams have no other mode.
///
/// Arguments: those of [MessageLoad], BATCH. Prints a [Timeline].
final class StreamProducer {
    private StreamProducer() {}

    public static void main(String[] args) throws InterruptedException {
        MessageLoad load = MessageLoad.parse(args);
        int batch = Integer.parseInt(args[MessageLoad.ARGUMENTS]);
        byte[] message = load.message();
        try (Environment environment = environment(load)) {
            environment.streamCreator().stream(load.destination()).create();
            Producer producer =
                    environment.producerBuilder().stream(load.destination())
                            .batchSize(batch)
                            .build();
            Timeline timeline = Timeline.begin(Clock.system(), load.messages());
            for (long i = 0; i < load.messages() && timeline.problem() == null; i++) {
                producer.send(
                        producer.messageBuilder().addData(message).build(),
                        status -> {
                            if (status.isConfirmed()) {
                                timeline.done(1);
                            } else {
                                timeline.failed(
                                        new IllegalStateException("refused: " + status.getCode()));
                            }
                        });
            }
            timeline.print();
        }
    }

    /// The installation's own user, who may come from this machine only.
    static Environment environment(MessageLoad load) {
        return Environment.builder().host(load.host()).port(load.port()).build();
    }
}
