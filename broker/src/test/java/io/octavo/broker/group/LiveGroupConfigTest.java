package io.octavo.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.config.BrokerConfig;
import io.octavo.broker.config.ConfigInputs;
import io.octavo.broker.config.InvalidConfig;
import io.octavo.broker.config.LiveConfig;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LiveGroupConfigTest {
    private static final String SESSION_MS = "consumer.session.timeout.ms";

    private LiveConfig live;
    private LiveGroupConfig config;

    @BeforeEach
    void configure() throws InvalidConfig {
        live = new LiveConfig(BrokerConfig.load(ConfigInputs.none()));
        config = new LiveGroupConfig(live);
    }

    @Test
    void whatAGroupHasForItselfCountsFromThenOnForItAlone() {
        live.alterSomeGroups(Map.of("own", Map.of(SESSION_MS, "50000")));

        assertThat(sessionMs("own")).isEqualTo(50_000);
        assertThat(sessionMs("other")).isEqualTo(45_000);

        live.alterSomeGroups(Map.of("own", Map.of()));
        assertThat(sessionMs("own")).isEqualTo(45_000);
        assertThat(live.groups()).isEmpty();
    }

    @Test
    void whatIsOutOfTheBrokersBoundsByNowCountsAsTheBound() {
        live.alterSomeGroups(Map.of("own", Map.of(SESSION_MS, "99000")));

        assertThat(sessionMs("own")).isEqualTo(60_000);
    }

    private int sessionMs(String group) {
        return config.get().consumer(group).sessionTimeoutMs().value();
    }
}
