package io.octavo.bench.load;

import io.octavo.bench.measure.MachineTime;
import io.octavo.bench.measure.Precedence;
import io.octavo.bench.measure.Standstills;
import io.octavo.bench.measure.Standstills.Standstill;
import io.octavo.ports.Clock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// A load program: sends records at a fixed pace, one per request, with `acks=1`, and reads them
/// back in the same process, so that one monotonic clock times both ends.
///
/// Each latency runs from the instant the record was *due*, not from when it was sent: a stall
/// delays all the records due during it, and each counts (no coordinated omission). The pacing
/// thread's own lateness is part of every latency, the same for each broker, and is reported; it is
/// awake when a record comes due, so that it is small, unless a broker that does not keep the pace
/// has the client's buffer fill up, in which sending then waits.
///
/// What counts begins when all of the warm-up has come through: a broker that is not compiled yet
/// may fall behind by seconds, which it would else have before it all the time.
///
/// Arguments: BOOTSTRAP TOPIC PER_SECOND RECORD_BYTES WARM_UP_PER_SECOND WARM_UP_SECONDS SECONDS,
/// and if wanted either the program that watches for [Standstills], or `first`: while records count
/// the threads that send them and take the acknowledgements are [Precedence#FIRST]. Finds, for each
/// of `received`, `acknowledged` and `late`, the microseconds `.p50`, `.p99`, `.p999` and `.max`;
/// `behind.ms`, how long the last record took to its acknowledgement, which is how far behind the
/// pace the broker was in the end; and `stolen.ms` of the processors' time while it counted. With
/// the program `moving`, too, which is `received` without the records that were on their way while
/// the machine stood still, and for how long that was, `still.ms`.
final class SteadyPace {
    /// From a monotonic clock, so latencies are right to about a tenth of a microsecond.
    private static final Clock CLOCK = Clock.system();

    /// Above it the broker is broken rather than slow; the histogram's bound.
    private static final long LATENCY_NANOS_MAX = 120_000_000_000L;

    private static final int SIGNIFICANT_DIGITS = 3;

    /// The argument that need not be there.
    private static final int MORE = 7;

    static final String THREADS_FIRST = "first";

    /// As the system keeps the name of the thread that sends and receives.
    private static final String NETWORK_THREAD = "kafka-producer-";

    private final String topic;
    private final Pace pace;
    private final boolean threadsFirst;
    private final Histogram acknowledged = histogram();
    private final Histogram late = histogram();
    private double stolenSeconds;
    private volatile long behindNanos;
    private volatile @Nullable Exception failed;

    private SteadyPace(String topic, Pace pace, boolean threadsFirst) {
        this.topic = topic;
        this.pace = pace;
        this.threadsFirst = threadsFirst;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        Pace pace =
                new Pace(
                        Integer.parseInt(args[2]),
                        Integer.parseInt(args[3]),
                        Integer.parseInt(args[4]),
                        Integer.parseInt(args[5]),
                        Integer.parseInt(args[6]));
        ArrivalReader reader = new ArrivalReader(args[0], args[1], pace, CLOCK);
        Thread reading = Thread.ofPlatform().name("reader").start(reader);
        reader.awaitPositioned();
        String more = args.length > MORE ? args[MORE] : "";
        boolean threadsFirst = more.equals(THREADS_FIRST);
        SteadyPace sender = new SteadyPace(args[1], pace, threadsFirst);
        if (!threadsFirst && !more.isEmpty()) {
            try (Standstills watch = Standstills.watch(Path.of(more))) {
                sender.send(args[0], reader);
                reading.join();
                report(reader.received(), watch.end());
            }
        } else {
            sender.send(args[0], reader);
            reading.join();
        }
        report("received", reader.received().latencies());
        report("acknowledged", sender.acknowledged);
        report("late", sender.late);
        System.out.println(Findings.line("behind.ms", sender.behindNanos / 1e6));
        System.out.println(Findings.line("stolen.ms", sender.stolenSeconds * 1e3));
    }

    private static void report(Arrivals received, List<Standstill> standstills) {
        report("moving", received.latencies(standstills));
        System.out.println(Findings.line("still.ms", received.nanosStill(standstills) / 1e6));
    }

    static Histogram histogram() {
        return new Histogram(LATENCY_NANOS_MAX, SIGNIFICANT_DIGITS);
    }

    private void send(String bootstrap, ArrivalReader reader)
            throws IOException, InterruptedException {
        Map<String, Object> settings =
                Settings.of("acks=1 linger.ms=0 batch.size=0 bootstrap.servers=" + bootstrap);
        var bytes = new ByteArraySerializer();
        try (var producer = new KafkaProducer<>(settings, bytes, bytes)) {
            producer.partitionsFor(topic);
            exactTimer();
            // The first call takes milliseconds, to load classes: not when records count.
            stolenSeconds = MachineTime.now().stolenSeconds();
            long originNanos = CLOCK.nanos();
            for (long index = 0; index < pace.records(); index++) {
                if (index == pace.warmUpRecords()) {
                    producer.flush();
                    reader.awaitWarm();
                    if (threadsFirst) {
                        Precedence.first(NETWORK_THREAD);
                    }
                    originNanos = pace.countedFrom(originNanos, CLOCK.nanos());
                    stolenSeconds = MachineTime.now().stolenSeconds();
                }
                sendWhenDue(producer, index, originNanos + pace.dueNanos(index));
            }
            stolenSeconds = MachineTime.now().stolenSeconds() - stolenSeconds;
        }
        if (failed != null) {
            throw new IllegalStateException("a record was not acknowledged", failed);
        }
    }

    private void sendWhenDue(KafkaProducer<byte[], byte[]> producer, long index, long dueNanos) {
        pace.untilDue(CLOCK, dueNanos);
        boolean counted = index >= pace.warmUpRecords();
        if (counted) {
            late.recordValue(CLOCK.nanos() - dueNanos);
        }
        byte[] value = new byte[pace.recordBytes()];
        ByteBuffer.wrap(value).putLong(dueNanos).putLong(index);
        var _ =
                producer.send(
                        new ProducerRecord<>(topic, 0, null, value),
                        (position, problem) -> {
                            if (problem != null) {
                                failed = problem;
                            } else if (counted) {
                                // In order, so that the last record's stays.
                                behindNanos = CLOCK.nanos() - dueNanos;
                                acknowledged.recordValue(behindNanos);
                            }
                        });
    }

    /// Asks Linux not to round this thread's sleeps up by its usual 50 microseconds.
    private static void exactTimer() {
        try {
            Files.writeString(Path.of("/proc/thread-self/timerslack_ns"), "1");
        } catch (IOException e) {
            System.err.println("sleeps stay inexact by about 50 microseconds: " + e.getMessage());
        }
    }

    private static void report(String name, Histogram nanos) {
        for (double percentile : new double[] {50, 99, 99.9}) {
            String digits = Double.toString(percentile).replace(".0", "").replace(".", "");
            double micros = nanos.getValueAtPercentile(percentile) / 1e3;
            System.out.println(Findings.line(name + ".p" + digits, micros));
        }
        System.out.println(Findings.line(name + ".max", nanos.getMaxValue() / 1e3));
    }
}
