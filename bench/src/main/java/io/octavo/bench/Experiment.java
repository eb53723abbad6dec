package io.octavo.bench;

import io.octavo.bench.broker.Broker;
import io.octavo.bench.measure.Run;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// One question put to one broker at a time. Each run starts a fresh broker on an empty directory
/// and ends it, so that no run depends on another and any can be asked alone.
interface Experiment {
    /// For `--only` and the JSON results.
    String name();

    /// What is done, for the table.
    String title();

    /// How often it is run unmeasured on each broker before the first pair, to warm what all runs
    /// share: the bench's own JVM and the files of both programs.
    default int rehearsals() {
        return 0;
    }

    /// Whether it is run only when it is asked for by name: it takes long, or more than every
    /// broker is made for.
    default boolean onlyByName() {
        return false;
    }

    /// What this machine has not got that the experiment needs, in words; null when it has all.
    default @Nullable String lacks() {
        return null;
    }

    /// Runs once and puts the figures into `run`.
    void run(Broker broker, Lab lab, Run run) throws IOException;
}
