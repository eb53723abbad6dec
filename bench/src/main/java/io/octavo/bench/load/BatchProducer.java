package io.octavo.bench.load;

import io.octavo.ports.Clock;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// A load program: the paper's producer. It sends asynchronously, as fast as the client takes
/// messages, in batches of a fixed number; a message is done when it is acknowledged or, with
/// `acks=0`, when it is in the socket.
///
/// Arguments: those of [MessageLoad], BATCH ACKS. Prints a [Timeline].
final class BatchProducer {
    /// The head of a batch, and what a record in it may take beside its value.
    private static final int BATCH_HEAD_BYTES = 61;

    private static final int RECORD_HEAD_BYTES_MAX = 11;

    private BatchProducer() {}

    public static void main(String[] args) throws InterruptedException {
        MessageLoad load = MessageLoad.parse(args);
        int batch = Integer.parseInt(args[MessageLoad.ARGUMENTS]);
        String acks = args[MessageLoad.ARGUMENTS + 1];
        Map<String, Object> settings =
                Settings.of(
                        "acks=%s %s bootstrap.servers=%s"
                                .formatted(acks, batching(batch, load), load.address()));
        var bytes = new ByteArraySerializer();
        byte[] message = load.message();
        Timeline timeline;
        try (var producer = new KafkaProducer<>(settings, bytes, bytes)) {
            producer.partitionsFor(load.destination());
            timeline = Timeline.begin(Clock.system(), load.messages());
            for (long i = 0; i < load.messages() && timeline.problem() == null; i++) {
                var _ =
                        producer.send(
                                new ProducerRecord<>(load.destination(), 0, null, message),
                                (position, problem) -> {
                                    if (problem == null) {
                                        timeline.done(1);
                                    } else {
                                        timeline.failed(problem);
                                    }
                                });
            }
        }
        timeline.print();
    }

    /// A batch closes when no further record fits, so its size in bytes says how many there are. It
    /// waits as long as the client's default `linger.ms` says; a single message does not wait.
    static String batching(int batch, MessageLoad load) {
        return batch == 1
                ? "batch.size=0 linger.ms=0"
                : "batch.size="
                        + (BATCH_HEAD_BYTES
                                + batch * (load.messageBytes() + RECORD_HEAD_BYTES_MAX));
    }
}
