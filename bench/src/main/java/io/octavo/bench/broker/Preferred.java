package io.octavo.bench.broker;

import io.octavo.bench.measure.Precedence;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A broker that has the processors before what goes on beside it; see [Precedence].
public record Preferred(Broker broker) implements Broker {
    @Override
    public String name() {
        return broker.name();
    }

    @Override
    public void prepare(Path home, int port) throws IOException {
        broker.prepare(home, port);
    }

    @Override
    public ProcessBuilder serve(Path home, int port) {
        ProcessBuilder process = broker.serve(home, port);
        process.command().addAll(0, Precedence.FIRST);
        return process;
    }

    @Override
    public Broker with(Map<String, String> settings) {
        return new Preferred(broker.with(settings));
    }

    @Override
    public Broker withJvmOptions(List<String> options) {
        return new Preferred(broker.withJvmOptions(options));
    }

    @Override
    public Map<String, String> unforced() {
        return broker.unforced();
    }
}
