package io.octavo.bench;

import io.octavo.bench.Result.Pair;
import io.octavo.bench.broker.Broker;
import io.octavo.bench.measure.Run;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/// Runs each experiment on the brokers in alternation, a pair at a time, another first with each
/// pair, so that what drifts on the machine falls on both.
///
/// @param build what the results are of
/// @param machine on which this runs
/// @param brokers one, or the reference first and then the one that is compared with it
/// @param pairs how many undisturbed pairs are wanted
/// @param extraPairs how many more may be run in place of disturbed ones
/// @param progress told what is about to run, in one line
record Comparison(
        String build,
        Machine machine,
        List<Broker> brokers,
        int pairs,
        int extraPairs,
        Consumer<String> progress) {
    /// Keeps what was measured, in place of what it kept of the same experiment.
    interface Keeper {
        void keep(Result result) throws IOException;
    }

    /// @param soFar told after each pair what was measured up to then
    /// @return all that was measured
    Result run(Experiment experiment, Lab lab, Keeper soFar) throws IOException {
        for (int i = 0; i < experiment.rehearsals(); i++) {
            pair(experiment, lab, 0, "rehearsal");
        }
        List<Pair> done = new ArrayList<>();
        int quiet = 0;
        while (quiet < pairs && done.size() < pairs + extraPairs) {
            Pair pair = pair(experiment, lab, done.size(), "pair " + (done.size() + 1));
            done.add(pair);
            soFar.keep(result(experiment, done));
            quiet += pair.disturbed() ? 0 : 1;
        }
        return result(experiment, done);
    }

    private Result result(Experiment experiment, List<Pair> done) {
        return new Result(
                experiment.name(),
                experiment.title(),
                build,
                machine,
                brokers.stream().map(Broker::name).toList(),
                List.copyOf(done));
    }

    private Pair pair(Experiment experiment, Lab lab, int index, String what) throws IOException {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < brokers.size(); i++) {
            order.add(i);
        }
        Run[] runs = new Run[brokers.size()];
        Collections.rotate(order, -index);
        for (int i : order) {
            progress.accept(experiment.name() + ", " + what + ": " + brokers.get(i).name());
            runs[i] = new Run();
            experiment.run(brokers.get(i), lab, runs[i]);
            lab.clear();
        }
        return new Pair(List.of(runs));
    }
}
