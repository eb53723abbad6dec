package io.octavo.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EndingTest {
    private final Ending ending = new Ending();
    private final List<String> taken = new ArrayList<>();

    @Test
    void stepsAreTakenInTheReverseOrderAndOnce() {
        ending.then("do the last", () -> taken.add("last"));
        ending.then("do the first", () -> taken.add("first"));

        ending.run();
        ending.run();

        assertThat(taken).containsExactly("first", "last");
        assertThat(ending.hasBegun()).isTrue();
    }

    @Test
    void everyStepIsTakenWhateverBecameOfThoseBefore() {
        AssertionError error = new AssertionError("a defect");
        ending.then("do the last", () -> taken.add("last"));
        ending.then(
                "do what fails",
                () -> {
                    throw error;
                });
        ending.then(
                "do what fails, too",
                () -> {
                    throw new IOException("the disk");
                });
        ending.then("do the first", () -> taken.add("first"));

        assertThatThrownBy(ending::run).isSameAs(error);

        assertThat(taken).containsExactly("first", "last");
    }
}
