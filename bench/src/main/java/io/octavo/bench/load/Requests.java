package io.octavo.bench.load;

import java.util.Map;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/// How many requests a client has sent, as it counts them itself.
final class Requests {
    /// In the group `producer-metrics` or `consumer-metrics`: the client's whole network.
    private static final String NAME = "request-total";

    private Requests() {}

    /// @param group `producer-metrics` or `consumer-metrics`
    /// @param metrics of one client
    static double of(String group, Map<MetricName, ? extends Metric> metrics) {
        for (Map.Entry<MetricName, ? extends Metric> entry : metrics.entrySet()) {
            if (entry.getKey().name().equals(NAME)
                    && entry.getKey().group().equals(group)
                    && entry.getValue().metricValue() instanceof Double count) {
                return count;
            }
        }
        throw new IllegalStateException("the client has no " + NAME + " in " + group);
    }
}
