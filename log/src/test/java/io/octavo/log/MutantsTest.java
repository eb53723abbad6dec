package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.ports.Mutation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The enumeration finds bugs: each of those named beforehand is put into the log's source, which
/// is compiled and loaded beside the real one.
@Tag("soak")
class MutantsTest {
    private static final String ROOT = "io.octavo.log";

    @ParameterizedTest
    @EnumSource(Mutant.class)
    void eachIsFound(Mutant mutant) {
        String found = mutant.hunt(ROOT);
        say("mutant " + mutant.number + ", " + mutant, found);
        assertThat(found).as(mutant.toString()).startsWith("found");
    }

    /// Else what is found with a bug would say nothing of the bug.
    @Test
    void withoutABugNothingIsFound() {
        String found = Mutation.huntForNothing(ROOT, MutantHunt.class);
        say("no mutant", found);
        assertThat(found).startsWith("not found");
    }

    private static void say(String what, String found) {
        System.out.println(what + ": " + found.lines().findFirst().orElse(""));
    }
}
