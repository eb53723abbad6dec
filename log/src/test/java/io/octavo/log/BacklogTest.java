package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BacklogTest {
    private static final int MIB = 1 << 20;

    private int relieved;
    private final Backlog backlog = new Backlog(() -> relieved++);

    @Test
    void logsThatNeedNotBeForcedAreWhenMuchIsUnforced() {
        backlog.appended(16 * MIB - 1);
        assertThat(backlog.wants(MIB, false)).isFalse();
        backlog.appended(1);

        assertThat(backlog.wants(MIB, false)).isTrue();
        assertThat(backlog.wants(1_000, false)).isFalse();
        backlog.appended(32 * MIB - 1);
        assertThat(backlog.wants(1_000, false)).isFalse();
        backlog.appended(1);
        assertThat(backlog.wants(1_000, false)).isTrue();
    }

    @Test
    void logsThatAreForcedInRoundsAreBetweenThemOnlyWithMore() {
        backlog.appended(16 * MIB);
        assertThat(backlog.wants(4 * MIB - 1, true)).isFalse();
        assertThat(backlog.wants(4 * MIB, true)).isTrue();

        backlog.appended(32 * MIB - 1);
        assertThat(backlog.wants(1_000, true)).isFalse();
        backlog.appended(1);
        assertThat(backlog.wants(1_000, true)).isTrue();
    }

    @Test
    void producersAreHeldBackUntilAnEighthIsWritten() {
        backlog.appended(64 * MIB - 1);
        assertThat(backlog.crowded()).isFalse();
        backlog.appended(1);
        assertThat(backlog.crowded()).isTrue();

        backlog.written(8 * MIB);
        assertThat(backlog.crowded()).isTrue();
        assertThat(relieved).isZero();
        backlog.written(1);

        assertThat(backlog.crowded()).isFalse();
        assertThat(relieved).isOne();
    }

    @Test
    void whereThereIsMoreMemoryMoreMayWait() {
        backlog.limit(512L * MIB);
        backlog.appended(383 * MIB);
        assertThat(backlog.crowded()).isFalse();
        assertThat(backlog.wants(1_000, false)).isFalse();
        backlog.appended(MIB);
        assertThat(backlog.wants(1_000, false)).isTrue();

        backlog.limit(MIB);

        backlog.appended(1);
        assertThat(backlog.crowded()).isTrue();
    }
}
