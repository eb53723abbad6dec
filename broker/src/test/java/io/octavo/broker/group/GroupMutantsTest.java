package io.octavo.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.ports.Mutation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The random walks find bugs: each of those named beforehand is put into the source, which is
/// compiled and loaded beside the real one.
@Tag("soak")
class GroupMutantsTest {
    private static final String ROOT = "io.octavo.broker";

    @ParameterizedTest
    @EnumSource(GroupMutant.class)
    void eachIsFound(GroupMutant mutant) {
        String found = mutant.hunt(ROOT);
        say("mutant " + mutant.number + ", " + mutant, found);
        assertThat(found).as(mutant.toString()).startsWith("found");
    }

    /// Else what is found with a bug would say nothing of the bug.
    @Test
    void withoutABugNothingIsFound() {
        String found = Mutation.huntForNothing(ROOT, GroupMutantHunt.class);
        say("no mutant", found);
        assertThat(found).startsWith("not found");
    }

    private static void say(String what, String found) {
        System.out.println(what + ": " + found.lines().findFirst().orElse(""));
    }
}
