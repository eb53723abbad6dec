package io.octavo.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.ports.ManualClock;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimelineTest {
    private static final long MESSAGES = 10L * Timeline.POINTS;

    private final ManualClock clock = new ManualClock();
    private final Timeline timeline = Timeline.begin(clock, MESSAGES);

    @Test
    void eachShareIsDoneWhenItsLastMessageIs() throws Exception {
        for (int i = 0; i < MESSAGES; i++) {
            clock.advanceMs(100);
            timeline.done(1);
        }

        List<Double> seconds = seconds();

        assertThat(seconds).hasSize(Timeline.POINTS).startsWith(1.0, 2.0).endsWith(25.0);
    }

    @Test
    void manyMessagesAtOnceCompleteManyShares() throws Exception {
        clock.advanceMs(500);
        timeline.done(MESSAGES - 1);
        clock.advanceMs(500);
        timeline.done(1);

        List<Double> seconds = seconds();

        assertThat(seconds.subList(0, Timeline.POINTS - 1)).containsOnly(0.5);
        assertThat(seconds.getLast()).isEqualTo(1.0);
    }

    @Test
    void aMessageOfAnotherSizeEndsTheLoad() {
        MessageLoad load = new MessageLoad("localhost:1", "queue", MESSAGES, 200);
        timeline.received(load, load.message());
        timeline.received(load, new byte[199]);

        assertThatThrownBy(timeline::lines)
                .hasMessageContaining("after 1")
                .hasRootCauseMessage("a message of 199 bytes instead of 200");
    }

    private List<Double> seconds() throws InterruptedException {
        return Timeline.seconds(Findings.parse(timeline.lines()));
    }
}
