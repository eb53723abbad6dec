package io.octavo.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.bench.broker.Broker;
import io.octavo.bench.load.Clients;
import io.octavo.bench.measure.Figure;
import io.octavo.bench.measure.Run;
import io.octavo.ports.Clock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {
    private static final Figure COST = new Figure("cost", "cost, s", 1);
    private static final double QUIET = 0;
    private static final double NOISY = 1;

    @TempDir Path directory;

    private final List<Broker> brokers = List.of(new Named("Reference"), new Named("Octavo"));
    private final List<String> order = new ArrayList<>();
    private final List<Result> kept = new ArrayList<>();
    private final Deque<Double> foreignCores = new ArrayDeque<>();
    private Lab lab;

    @BeforeEach
    void aLab() {
        Path none = Path.of("none");
        Clients clients = new Clients(none, "", "", none, directory, List.of());
        lab = new Lab(directory, clients, Clock.system());
    }

    @Test
    void theOrderTurnsWithEachPair() throws Exception {
        comparison(2, 0).run(new Scripted(), lab, kept::add);

        assertThat(order).containsExactly("Reference", "Octavo", "Octavo", "Reference");
    }

    @Test
    void whatWasMeasuredIsKeptAfterEachPairSoThatAStopLosesOne() throws Exception {
        Result result = comparison(2, 0).run(new Scripted(), lab, kept::add);

        assertThat(kept.stream().map(Result::pairs))
                .containsExactly(List.of(result.pairs().getFirst()), result.pairs());
    }

    @Test
    void aDisturbedPairIsRunAgainAndLeftOut() throws Exception {
        foreignCores.addAll(List.of(QUIET, NOISY));

        Result result = comparison(1, 1).run(new Scripted(), lab, kept::add);

        assertThat(result.pairs()).hasSize(2);
        assertThat(result.counted()).containsExactly(result.pairs().getLast());
        assertThat(result.note()).isEqualTo("1, 1 disturbed dropped");
    }

    @Test
    void whenEveryPairWasDisturbedTheTableSaysSo() throws Exception {
        foreignCores.addAll(List.of(NOISY, NOISY));

        Result result = comparison(1, 0).run(new Scripted(), lab, kept::add);

        assertThat(result.counted()).hasSize(1);
        assertThat(Table.of(List.of(result)))
                .contains("ALL DISTURBED: other processes used up to 1.00 cores");
    }

    @Test
    void theTableShowsMediansSpreadsAndRatiosPairByPair() throws Exception {
        Result result = comparison(3, 0).run(new Scripted(), lab, kept::add);

        // The runs cost 1, 2 | 3, 4 (Octavo first) | 5, 6.
        assertThat(Table.of(List.of(result)).lines().map(line -> line.split(" {2,}")))
                .contains(
                        new String[] {
                            "", "cost, s", "4.0 [1.0-5.0]", "3.0 [2.0-6.0]", "1.20 [0.75-2.00]"
                        });
    }

    @Test
    void ofThreeEachIsComparedWithEachBeforeIt() throws Exception {
        List<Broker> three = List.of(new Named("A"), new Named("B"), new Named("C"));

        Result result = comparison(three, 1, 0).run(new Scripted(), lab, kept::add);

        assertThat(Table.of(List.of(result)).lines().map(line -> line.split(" {2,}")))
                .contains(
                        new String[] {"", "cost, s", "1.0", "2.0", "3.0", "2.00", "3.00", "1.50"});
    }

    private Comparison comparison(int pairs, int extraPairs) {
        return comparison(brokers, pairs, extraPairs);
    }

    private static Comparison comparison(List<Broker> brokers, int pairs, int extraPairs) {
        return new Comparison("a build", AMachine.HERE, brokers, pairs, extraPairs, _ -> {});
    }

    /// Costs one more each time it is run.
    private final class Scripted implements Experiment {
        @Override
        public String name() {
            return "scripted";
        }

        @Override
        public String title() {
            return "a script";
        }

        @Override
        public void run(Broker broker, Lab lab, Run run) {
            order.add(broker.name());
            run.put(COST, order.size());
            Double cores = foreignCores.poll();
            run.sawForeign(cores == null ? QUIET : cores);
        }
    }

    private record Named(String name) implements Broker {
        @Override
        public void prepare(Path home, int port) throws IOException {
            throw new IOException("not to be started");
        }

        @Override
        public ProcessBuilder serve(Path home, int port) {
            throw new IllegalStateException("not to be started");
        }

        @Override
        public Broker with(Map<String, String> settings) {
            return this;
        }

        @Override
        public Broker withJvmOptions(List<String> options) {
            return this;
        }

        @Override
        public Map<String, String> unforced() {
            return Map.of();
        }
    }
}
