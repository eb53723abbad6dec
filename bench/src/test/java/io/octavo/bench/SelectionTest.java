package io.octavo.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SelectionTest {
    private final List<Experiment> all = Scale.QUICK.experiments(Path.of("bench"));

    @Test
    void unaskedOnlyWhatDoesNotWantToBeNamedIsRun() {
        List<Experiment> wanted = new Selection(List.of()).of(all);

        assertThat(wanted).isNotEmpty().noneMatch(Experiment::onlyByName);
    }

    @Test
    void aNameIsRunEvenIfItIsNotRunUnasked() {
        assertThat(names("deletion")).containsExactly("deletion");
    }

    @Test
    void aStarStandsForAnyLetters() {
        assertThat(names("produce.*.single.*.lz4.x16.p600"))
                .hasSize(4 * 3)
                .contains("produce.1k.single.acksall.lz4.x16.p600");
    }

    @Test
    void aPointStandsForItself() {
        assertThatThrownBy(() -> names("latency.1000")).hasMessageContaining("'latency.1000'");
    }

    @Test
    void noTwoExperimentsHaveOneName() {
        assertThat(all.stream().map(Experiment::name)).doesNotHaveDuplicates();
    }

    private List<String> names(String pattern) {
        return new Selection(List.of(pattern)).of(all).stream().map(Experiment::name).toList();
    }
}
