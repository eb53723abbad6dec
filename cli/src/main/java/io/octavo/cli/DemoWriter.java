package io.octavo.cli;

import io.octavo.client.Client;
import io.octavo.client.Producer;
import io.octavo.client.ProducerConfig;
import io.octavo.client.ProducerRecord;
import io.octavo.ports.Clock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Writes what the sources give, each at its pace, until they are empty or it is told to stop. Its
/// own thread's.
final class DemoWriter implements Runnable {
    private static final long TICK_NANOS = 20_000_000;

    private final Client client;
    private final List<DemoSource> sources;
    private final Clock clock;
    private final DemoEnd end;

    DemoWriter(Client client, List<DemoSource> sources, Clock clock, DemoEnd end) {
        this.client = client;
        this.sources = new ArrayList<>(sources);
        this.clock = clock;
        this.end = end;
    }

    @Override
    public void run() {
        try (Producer producer = new Producer(client, ProducerConfig.defaults())) {
            long startNanos = clock.nanos();
            long[] sent = new long[sources.size()];
            while (!end.isNear()) {
                double seconds = (clock.nanos() - startNanos) / 1e9;
                for (int i = 0; i < sent.length; i++) {
                    long due = (long) (seconds * sources.get(i).perSecond());
                    while (sent[i] < due && !end.isNear() && send(producer, sources.get(i))) {
                        sent[i]++;
                    }
                }
                LockSupport.parkNanos(TICK_NANOS);
            }
        } catch (IOException | RuntimeException e) {
            end.because(e);
        }
    }

    /// @return false when the source has no more
    private boolean send(Producer producer, DemoSource source) throws IOException {
        DemoSource.Content content = source.next();
        if (content == null) {
            return false;
        }
        DemoTally tally = source.tally();
        int bytes = content.value().remaining();
        ProducerRecord record = new ProducerRecord(tally.topic(), content.key(), content.value());
        var _ =
                producer.send(record)
                        .whenComplete((written, problem) -> note(tally, bytes, problem));
        return true;
    }

    private void note(DemoTally tally, int bytes, @Nullable Throwable problem) {
        if (problem == null) {
            tally.writtenBytes().add(bytes);
            tally.written().increment();
        } else {
            end.because(problem);
        }
    }
}
