package io.octavo.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.config.ConsumerGroupSettings;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What a group has set for itself counts at its members' next heartbeats.
class OwnConfigTest extends ConsumerGroupScene {
    private static final int LONGER_MS = 60_000;

    @Test
    void theNextHeartbeatTellsTheIntervalThatWasSet() {
        ask(joining("a"));

        own(Map.of(ConsumerGroupSettings.HEARTBEAT_MS, "9000"));

        assertThat(ask(heartbeat("a", 2)).heartbeatIntervalMs()).isEqualTo(9_000);
    }

    @Test
    void aShorterSessionEndsAsSoonAsItIsOver() {
        own(Map.of(ConsumerGroupSettings.SESSION_MS, Integer.toString(LONGER_MS)));
        ask(joining("a"));
        own(Map.of());
        ask(heartbeat("a", 2));

        advanceMs(SESSION_MS - 1);
        assertThat(state().member("a")).isNotNull();
        advanceMs(1);

        assertThat(state().member("a")).isNull();
    }

    @Test
    void aLongerSessionEndsNotBefore() {
        ask(joining("a"));
        own(Map.of(ConsumerGroupSettings.SESSION_MS, Integer.toString(LONGER_MS)));

        advanceMs(LONGER_MS - 1);
        assertThat(state().member("a")).isNotNull();
        advanceMs(1);

        assertThat(state().member("a")).isNull();
    }

    private void own(Map<String, String> settings) {
        stage.configure(GroupConfig.defaults().with(config, Map.of(GROUP, config.of(settings))));
    }
}
