package io.octavo.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The random walks find bugs: each of those named beforehand is put into the source, which is
/// compiled and loaded beside the real one.
@Tag("soak")
class GroupMutantsTest {
    @ParameterizedTest
    @EnumSource(GroupMutant.class)
    void eachIsFound(GroupMutant mutant) {
        assertThat(GroupMutant.HUNT.forBug(mutant.mutation()))
                .as(mutant.toString())
                .startsWith("found");
    }

    @Test
    void withoutABugNothingIsFound() {
        assertThat(GroupMutant.HUNT.forNothing()).startsWith("not found");
    }
}
