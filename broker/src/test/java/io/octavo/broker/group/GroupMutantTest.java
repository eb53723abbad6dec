package io.octavo.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The bugs that [GroupMutantsTest] hunts for minutes have followed the source.
class GroupMutantTest {
    @ParameterizedTest
    @EnumSource(GroupMutant.class)
    void eachCanBePutIntoTheSource(GroupMutant mutant) {
        assertThat(GroupMutant.HUNT.compiles(mutant.mutation())).isTrue();
    }
}
