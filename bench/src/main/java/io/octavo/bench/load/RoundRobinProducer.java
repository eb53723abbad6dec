package io.octavo.bench.load;

import io.octavo.ports.Clock;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// A load program: sends [RoundRobin] batches at their pace, with `acks=all` and every other
/// setting the client's default, except the two that make every batch one record (`batch.size`) and
/// every request one batch (`max.request.size`), however many partitions there are.
///
/// Arguments: BOOTSTRAP TOPIC PARTITIONS RECORD_BYTES BATCHES PER_SECOND. Finds `seconds`.
final class RoundRobinProducer {
    private static final Clock CLOCK = Clock.system();

    private final RoundRobin load;
    private volatile @Nullable Exception failed;

    private RoundRobinProducer(RoundRobin load) {
        this.load = load;
    }

    public static void main(String[] args) {
        RoundRobin load =
                new RoundRobin(
                        args[1],
                        Integer.parseInt(args[2]),
                        Integer.parseInt(args[3]),
                        Long.parseLong(args[4]),
                        Integer.parseInt(args[5]));
        long startNanos = CLOCK.nanos();
        new RoundRobinProducer(load).send(args[0]);
        System.out.println(Findings.line("seconds", (CLOCK.nanos() - startNanos) / 1e9));
    }

    private void send(String bootstrap) {
        Map<String, Object> settings =
                Settings.of(
                        "acks=all batch.size=0 "
                                + ProduceLoad.onePerRequest(load.recordBytes())
                                + " bootstrap.servers="
                                + bootstrap);
        var bytes = new ByteArraySerializer();
        byte[] value = new byte[load.recordBytes()];
        Pace pace = new Pace(load.perSecond(), load.recordBytes(), 0, 0);
        long startNanos = CLOCK.nanos();
        try (var producer = new KafkaProducer<>(settings, bytes, bytes)) {
            for (long i = 0; i < load.batches(); i++) {
                int partition = (int) (i % load.partitions());
                Pace.until(CLOCK, startNanos + pace.dueNanos(i));
                var _ =
                        producer.send(
                                new ProducerRecord<>(load.topic(), partition, null, value),
                                (position, problem) -> {
                                    if (problem != null) {
                                        failed = problem;
                                    }
                                });
            }
        }
        if (failed != null) {
            throw new IllegalStateException("a batch was not acknowledged", failed);
        }
    }
}
