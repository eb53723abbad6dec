package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The enumeration finds bugs: each of those named beforehand is put into the log's source, which
/// is compiled and loaded beside the real one.
@Tag("soak")
class MutantsTest {
    private static final Map<Mutant, String> FOUND = new EnumMap<>(Mutant.class);

    @AfterAll
    static void keepWhatWasFound() throws IOException {
        String evidence = System.getProperty("octavo.evidence", "");
        if (!evidence.isEmpty()) {
            List<String> lines = new ArrayList<>();
            FOUND.forEach((mutant, how) -> lines.add(mutant.mutation().name() + ": " + how));
            Files.write(Path.of(evidence).resolve("mutants.txt"), lines);
        }
    }

    @ParameterizedTest
    @EnumSource(Mutant.class)
    void eachIsFound(Mutant mutant) {
        String report = Mutant.HUNT.forBug(mutant.mutation());

        assertThat(report).as(mutant.toString()).startsWith("found");
        FOUND.put(mutant, report.lines().findFirst().orElseThrow());
    }

    @Test
    void withoutABugNothingIsFound() {
        assertThat(Mutant.HUNT.forNothing()).startsWith("not found");
    }
}
