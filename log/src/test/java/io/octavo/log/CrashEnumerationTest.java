package io.octavo.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Whatever a crash leaves of the disk, at any moment: the log keeps its promises. See
/// `docs/design/crash-states.md`. A failure says its seed and the number of its state; both are
/// seen again with `-Dcrash.seed=` and `-Dcrash.state=`.
class CrashEnumerationTest {
    private static final int STATES = 100_000;
    private static final int SOAK_STATES = 500_000;
    private static final int SOAK_SEED = 1000;

    @Test
    void noCrashLosesWhatWasAcknowledgedOrMakesUpWhatWasNot() throws IOException {
        CrashEnumeration enumeration = new CrashEnumeration(1);
        long seed = Long.getLong("crash.seed", 0);
        if (seed == 0) {
            enumerate(enumeration, 1, STATES);
        } else {
            enumeration.only(Long.getLong("crash.state", 0));
            enumeration.run(seed, CrashEnumeration.STEPS);
        }
        System.out.println(enumeration);
    }

    @Test
    @Tag("soak")
    void noCrashOfManyMoreDoes() throws IOException {
        CrashEnumeration enumeration = new CrashEnumeration(1);
        String report = enumerate(enumeration, SOAK_SEED, SOAK_STATES);
        String evidence = System.getProperty("octavo.evidence", "");
        if (!evidence.isEmpty()) {
            Files.writeString(Path.of(evidence).resolve("crash-states.txt"), report);
        }
    }

    /// A start that moved during a compaction was not noted, because its snapshot was not written;
    /// so the first swap of the pass was not noted either, and the intent of the second took the
    /// place of the first's: after a kill the segments that the first had replaced counted as gone.
    @Test
    void aSwapIsNotedBeforeTheNextBegins() throws IOException {
        new CrashEnumeration(0).run(29, CrashEnumeration.STEPS);
    }

    /// A directory that was made for a log and has nothing in it yet, of a topic that is gone: it
    /// was left alone, and every stop after it counted as a kill.
    @Test
    void whatIsNoLogKeepsNoStopFromBeingClean() throws IOException {
        new CrashEnumeration(1).run(1020, CrashEnumeration.STEPS);
    }

    private static String enumerate(CrashEnumeration enumeration, long firstSeed, int states)
            throws IOException {
        long seed = firstSeed;
        while (enumeration.distinct() < states) {
            enumeration.run(seed++, CrashEnumeration.STEPS);
        }
        return "seeds " + firstSeed + " to " + (seed - 1) + ": " + enumeration + "\n";
    }
}
