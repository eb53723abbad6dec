package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The bugs that [MutantsTest] hunts for minutes have followed the source.
class MutantTest {
    @ParameterizedTest
    @EnumSource(Mutant.class)
    void eachCanBePutIntoTheSource(Mutant mutant) {
        assertThat(Mutant.HUNT.compiles(mutant.mutation())).isTrue();
    }
}
