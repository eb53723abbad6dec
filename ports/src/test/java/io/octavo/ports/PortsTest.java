package io.octavo.ports;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class PortsTest {
    private final ManualClock clock = new ManualClock();

    @Test
    void aDeadlinePassesWithTheMonotonicClockOnly() {
        Deadline deadline = Deadline.after(clock, 10);
        clock.jumpWallMs(1_000);
        assertThat(deadline.passed(clock)).isFalse();
        clock.advanceMs(10);
        assertThat(deadline.passed(clock)).isTrue();
        assertThat(deadline.remainingMs(clock)).isZero();
    }

    @Test
    void anEndlessDeadlineDoesNotOverflow() {
        Deadline deadline = Deadline.after(clock, Long.MAX_VALUE);
        clock.advanceMs(TimeUnit.DAYS.toMillis(365));
        assertThat(deadline.passed(clock)).isFalse();
    }

    @Test
    void aCancelledTimerDoesNotRun() {
        ManualLoop loop = new ManualLoop(clock);
        List<String> ran = new ArrayList<>();
        loop.schedule(5, () -> ran.add("kept"));
        loop.schedule(5, () -> ran.add("cancelled")).cancel();
        loop.advanceMs(4);
        assertThat(ran).isEmpty();
        loop.advanceMs(1);
        assertThat(ran).containsExactly("kept");
    }

    @Test
    void seededRandomnessRepeats() {
        Randomness one = Randomness.seeded(42);
        Randomness two = Randomness.seeded(42);
        for (int i = 0; i < 1_000; i++) {
            int drawn = one.nextInt(7);
            assertThat(drawn).isEqualTo(two.nextInt(7)).isBetween(0, 6);
        }
    }
}
