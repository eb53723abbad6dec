package io.octavo.ports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AfterwardsTest {
    private final List<String> done = new ArrayList<>();

    @Test
    void whatIsPutOffIsDoneBehindTheWorkInItsOrder() {
        Afterwards.run(() -> {
            Afterwards.defer(() -> done.add("first"));
            Afterwards.run(() -> Afterwards.defer(() -> done.add("second")));
            done.add("work");
        });

        assertThat(done).containsExactly("work", "first", "second");
    }

    @Test
    void whatIsPutOffTwiceIsDoneOnce() {
        Runnable task = () -> done.add("once");

        Afterwards.run(() -> {
            Afterwards.defer(task);
            Afterwards.defer(task);
        });

        assertThat(done).containsExactly("once");
    }

    @Test
    void nothingIsPutOffElsewhere() {
        Afterwards.defer(() -> done.add("at once"));

        assertThat(done).containsExactly("at once");
    }

    @Test
    void itIsDoneAlsoWhenTheWorkFails() {
        assertThatThrownBy(() ->
                        Afterwards.run(() -> {
                            Afterwards.defer(() -> {
                                throw new IllegalStateException("one of them");
                            });
                            Afterwards.defer(() -> done.add("another"));
                            throw new IllegalArgumentException("the work");
                        }))
                .hasMessage("the work");

        assertThat(done).containsExactly("another");
    }

    @Test
    void whatAProcessDoesNotSurviveIsToldBeforeWhatItDoes() {
        assertThatThrownBy(() ->
                        Afterwards.run(() -> {
                            Afterwards.defer(() -> {
                                throw new OutOfMemoryError("a test");
                            });
                            throw new IllegalArgumentException("the work");
                        }))
                .isInstanceOf(OutOfMemoryError.class)
                .hasSuppressedException(new IllegalArgumentException("the work"));
    }

    @Test
    void workThatGoesOnWithSomethingElseDoesFirstWhatIsPutOff() {
        Runnable task = () -> done.add("task");

        Afterwards.run(() -> {
            Afterwards.defer(task);
            Afterwards.flush();
            done.add("something else");
            Afterwards.defer(task);
        });

        assertThat(done).containsExactly("task", "something else", "task");
    }

    @Test
    void whatFailsOnTheWayIsToldAtTheEnd() {
        assertThatThrownBy(() ->
                        Afterwards.run(() -> {
                            Afterwards.defer(() -> {
                                throw new IllegalStateException("task");
                            });
                            Afterwards.flush();
                            done.add("something else");
                        }))
                .hasMessage("task");

        assertThat(done).containsExactly("something else");
    }
}
