package io.octavo.bench.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunningBrokerTest {
    @TempDir Path home;

    @Test
    void whatAServerStartedEndsWithIt() throws Exception {
        List<ProcessHandle> started;
        try (RunningBroker running = RunningBroker.prepare(new WithAChild(), home).start()) {
            while (!running.printed("started").equals(List.of("started"))) {
                Thread.onSpinWait();
            }
            started = ProcessHandle.of(running.pid()).orElseThrow().descendants().toList();
        }

        assertThat(started).hasSize(1);
        started.forEach(process -> process.onExit().join());
        assertThat(started).noneMatch(ProcessHandle::isAlive);
    }

    @Test
    void aServerThatDoesNotListenIsSeen() throws Exception {
        try (RunningBroker running = RunningBroker.prepare(new WithAChild(), home).start()) {
            assertThat(running.listens()).isFalse();
        }
    }

    private static final class WithAChild implements Server {
        @Override
        public String name() {
            return "a shell";
        }

        @Override
        public void prepare(Path home, int port) {}

        @Override
        public ProcessBuilder serve(Path home, int port) {
            return new ProcessBuilder("sh", "-c", "sleep 600 & echo started; exec sleep 600");
        }
    }
}
