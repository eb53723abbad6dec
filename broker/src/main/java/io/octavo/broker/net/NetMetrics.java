package io.octavo.broker.net;

import io.octavo.broker.api.ApiTable;
import io.octavo.broker.metrics.Metrics;
import io.octavo.broker.metrics.Reading;
import java.util.List;

/// What the network tells the operator.
final class NetMetrics implements Metrics.Source {
    private final NetContext context;
    private final ApiTable apis;
    private final List<NetLoop> loops;

    NetMetrics(NetContext context, ApiTable apis, List<NetLoop> loops) {
        this.context = context;
        this.apis = apis;
        this.loops = List.copyOf(loops);
    }

    @Override
    public void tell(Reading reading) {
        reading.gauge(
                "octavo_connections",
                "Connections that are open",
                context.admission().connections());
        reading.counter(
                "octavo_connections_accepted",
                "Connections that were accepted",
                context.admission().accepted());
        reading.gauge(
                "octavo_request_memory_bytes",
                "Memory that requests hold which are received or handled",
                context.budget().usedBytes());
        long received = 0;
        long sent = 0;
        for (NetLoop loop : loops) {
            received += loop.counts().receivedBytes();
            sent += loop.counts().sentBytes();
        }
        reading.counter("octavo_received_bytes", "Bytes received from clients", received);
        reading.counter("octavo_sent_bytes", "Bytes of replies to clients", sent);
        for (int slot = 0; slot < apis.handlers().size(); slot++) {
            long requests = 0;
            for (NetLoop loop : loops) {
                requests += loop.counts().requests(slot);
            }
            String api = apis.handlers().get(slot).api().name();
            reading.counter("octavo_requests", "Requests that were handled", requests, "api", api);
            if (requests > 0) {
                tellTimes(reading, slot, api);
            }
        }
    }

    private void tellTimes(Reading reading, int slot, String api) {
        reading.histogram(
                "octavo_request_seconds",
                "How long requests took that were answered, from their last byte to the reply: also"
                        + " what they wait by themselves, as a Fetch does for records",
                nanos -> loops.stream().mapToLong(l -> l.counts().answeredUpTo(slot, nanos)).sum(),
                loops.stream().mapToLong(l -> l.counts().answeredNanos(slot)).sum(),
                "api",
                api);
    }
}
