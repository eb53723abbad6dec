package io.octavo.bench;

import io.octavo.bench.broker.RunningBroker;
import io.octavo.bench.measure.Figure;
import io.octavo.bench.measure.Run;
import java.io.IOException;

/// What a broker spent on a load, as the figures that all experiments have.
///
/// @param name before the figures' own
/// @param cpuSeconds of the broker, user and system
record Cost(String name, double cpuSeconds) {
    /// @param what behind `GB` in the label, for instance ` read`
    void putBytes(Run run, String what, double bytes) {
        run.put(
                new Figure(name + ".cpu.s.per.gb", "broker CPU per GB" + what + ", s", 2),
                cpuSeconds * 1e9 / bytes);
    }

    /// @param requests as the clients count them; how much is in each, depends on the broker too
    void putRequests(Run run, double requests) {
        run.put(
                new Figure(
                        name + ".cpu.s.per.million.requests",
                        "broker CPU per million requests, s",
                        1),
                cpuSeconds * 1e6 / requests);
    }

    void putResident(Run run, RunningBroker running) throws IOException {
        run.put(
                new Figure(name + ".rss.mib", "RSS after it, MiB", 0),
                running.use().residentBytes() / 1024.0 / 1024.0);
    }
}
