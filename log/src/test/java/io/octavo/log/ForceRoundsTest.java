package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ForceRoundsTest extends SyncScene {
    @Test
    void whatNobodyWaitsForIsForcedAtOnceAndThenInRounds() throws IOException {
        Log log = owned("a-0");

        appendUnawaited(log);
        run();
        assertThat(log.durableEnd()).isOne();

        appendUnawaited(log);
        advanceMs(49);
        assertThat(log.durableEnd()).isOne();
        advanceMs(2);
        assertThat(log.durableEnd()).isEqualTo(2);

        advanceMs(51);
        appendUnawaited(log);
        run();
        assertThat(log.durableEnd()).isEqualTo(3);
    }

    @Test
    void whoeverWaitsDoesNotWaitForTheNextRound() throws IOException {
        Log log = justForced();

        appendUnawaited(log);
        append(log, 1);
        run();
        assertThat(log.durableEnd()).isEqualTo(3);

        appendUnawaited(log);
        log.hurry();
        run();
        assertThat(log.durableEnd()).isEqualTo(4);
    }

    @Test
    void whatNobodyWaitsForDuringAForceIsForcedWithTheNextRound() throws IOException {
        Log log = owned("a-0");
        append(log, 1);
        files.during = () -> appendUnawaited(log);

        run();
        assertThat(log.durableEnd()).isEqualTo(2);

        append(log, 1);
        files.during = () -> appendUnawaited(log);
        run();
        assertThat(log.durableEnd()).isEqualTo(3);
        advanceMs(51);
        assertThat(log.durableEnd()).isEqualTo(4);
    }

    @Test
    void whoeverWaitsDuringAForceIsServedByTheNext() throws IOException {
        Log log = justForced();
        append(log, 1);
        files.during =
                () -> {
                    appendUnawaited(log);
                    log.hurry();
                };

        run();

        assertThat(log.durableEnd()).isEqualTo(3);
    }

    @Test
    void aRoundIsOfSomeLogs() throws IOException {
        List<Log> logs = new ArrayList<>();
        for (int i = 0; i < 14; i++) {
            logs.add(owned("a-" + i));
            appendUnawaited(logs.getLast());
        }
        run();
        assertThat(durable(logs)).isOne();

        advanceMs(51);
        assertThat(durable(logs)).isEqualTo(11);
        advanceMs(51);
        assertThat(durable(logs)).isEqualTo(14);
    }

    /// The thread with the timer may be busy with those that somebody waits for.
    @Test
    void roundsGoOnBesideThreadsThatAlwaysHaveSomethingToDo() throws IOException {
        Log patient = justForced();
        Log busy = owned("b-0");
        appendUnawaited(patient);
        List<Long> seen = new ArrayList<>();
        again(busy, 80, () -> seen.add(patient.durableEnd()));

        append(busy, 1);
        first.runNext();

        assertThat(seen).hasSize(80).startsWith(1L).endsWith(2L);
    }

    @Test
    void aRoundThatIsDueBeginsWithTheNextAppendWhateverTheTimerDoes() throws IOException {
        Log log = justForced();
        appendUnawaited(log);
        disk.clock.advanceMs(50);

        appendUnawaited(log);
        first.run();

        assertThat(log.durableEnd()).isEqualTo(3);
    }

    @Test
    void aCheckpointBeginsARoundThatIsDue() throws IOException {
        Log log = justForced();
        appendUnawaited(log);
        disk.clock.advanceMs(50);

        disk.directory().checkpoint();
        first.run();

        assertThat(log.durableEnd()).isEqualTo(2);
    }

    @Test
    void muchThatNobodyWaitsForDoesNotWaitForARound() throws IOException {
        Log log = justForced();

        for (int i = 0; i < 20; i++) {
            log.append(Batches.of(1, 1 << 20, 1), 0, false);
        }
        run();

        assertThat(log.durableEnd()).isEqualTo(21);
    }

    @Test
    void atTheEndWhatNobodyWaitsForIsForcedToo() throws IOException {
        Log log = justForced();
        appendUnawaited(log);

        disk.directory().forceDue();

        assertThat(log.durableEnd()).isEqualTo(2);
    }

    /// A log whose next round is yet to come.
    private Log justForced() throws IOException {
        Log log = owned("a-0");
        appendUnawaited(log);
        run();
        return log;
    }

    private static void appendUnawaited(Log log) throws IOException {
        log.append(Batches.of(1), 0, false);
    }

    private static long durable(List<Log> logs) {
        return logs.stream().filter(log -> log.durableEnd() == log.endOffset()).count();
    }

    private void advanceMs(long ms) {
        disk.clock.advanceMs(ms);
        run();
    }
}
