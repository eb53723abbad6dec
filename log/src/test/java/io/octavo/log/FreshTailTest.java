package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FreshTailTest {
    private static final int END = 5_000;

    private final FreshTail tail = new FreshTail();

    @Test
    void whatWasAppendedInTheTurnBeforeIsFreshToo() {
        tail.appended(0, 1_000, seconds(0));
        tail.appended(0, 2_000, seconds(5));
        tail.appended(0, 3_000, seconds(11));

        assertThat(tail.from(0, END, seconds(12))).isEqualTo(1_000);

        tail.appended(0, 4_000, seconds(22));

        assertThat(tail.from(0, END, seconds(23))).isEqualTo(3_000);
    }

    @Test
    void whatWasAppendedLongAgoIsNotFreshBecauseSomethingIsAppendedNow() {
        tail.appended(0, 1_000, seconds(0));
        tail.appended(0, 4_000, seconds(3_600));

        assertThat(tail.from(0, END, seconds(3_601))).isEqualTo(4_000);
    }

    @Test
    void nothingIsFreshAfterAWhile() {
        tail.appended(0, 1_000, seconds(0));

        assertThat(tail.from(0, END, seconds(20))).isEqualTo(END);
        assertThat(tail.from(7, END, seconds(1))).isEqualTo(END);
    }

    private static long seconds(int seconds) {
        return TimeUnit.SECONDS.toNanos(seconds);
    }
}
