package io.octavo.broker.metrics;

import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;

/// Serves the metrics, and those of the JVM, by HTTP at `/metrics`: to Prometheus, and to a person
/// with a browser.
public final class MetricsServer implements AutoCloseable {
    private final HTTPServer server;

    /// Those of the JVM, once for all that are served: they listen to the collectors for good.
    private static final class Jvm {
        static final PrometheusRegistry REGISTRY = new PrometheusRegistry();

        static {
            JvmMetrics.builder().register(REGISTRY);
        }
    }

    private MetricsServer(HTTPServer server) {
        this.server = server;
    }

    /// Begins to serve.
    ///
    /// @param host empty for every address
    /// @param port 0 lets the system choose
    /// @throws IOException when it cannot listen there; the message is for people
    public static MetricsServer start(String host, int port, Metrics metrics) throws IOException {
        PrometheusRegistry registry = new PrometheusRegistry();
        registry.register((MultiCollector) () -> metrics.read().snapshots());
        registry.register((MultiCollector) () -> Jvm.REGISTRY.scrape());
        HTTPServer.Builder builder = HTTPServer.builder().port(port).registry(registry);
        if (!host.isEmpty()) {
            builder.hostname(host);
        }
        try {
            return new MetricsServer(builder.buildAndStart());
        } catch (IOException | IllegalArgumentException e) {
            String where = host + ":" + port;
            throw new IOException("cannot serve metrics on " + where + ": " + e.getMessage(), e);
        }
    }

    /// Where it listens.
    public int port() {
        return server.getPort();
    }

    @Override
    public void close() {
        server.close();
    }
}
