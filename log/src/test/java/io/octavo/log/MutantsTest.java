package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The enumeration finds bugs: each of those named beforehand is put into the log's source, which
/// is compiled and loaded beside the real one.
@Tag("soak")
class MutantsTest {
    @ParameterizedTest
    @EnumSource(Mutant.class)
    void eachIsFound(Mutant mutant) {
        assertThat(Mutant.HUNT.forBug(mutant.mutation())).as(mutant.toString()).startsWith("found");
    }

    @Test
    void withoutABugNothingIsFound() {
        assertThat(Mutant.HUNT.forNothing()).startsWith("not found");
    }
}
