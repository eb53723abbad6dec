package io.octavo.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.config.BrokerConfig;
import io.octavo.broker.config.ConfigInputs;
import io.octavo.broker.config.InvalidConfig;
import io.octavo.broker.group.consumer.ConsumerGroupConfig;
import io.octavo.broker.group.consumer.ConsumerGroupConfig.MigrationPolicy;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class GroupConfigTest {
    private static final String CLASSES = "org.apache.kafka.coordinator.group.assignor.";

    @Test
    void assignorsMayHaveTheNamesOfApacheKafkasClasses() throws InvalidConfig {
        ConsumerGroupConfig config =
                consumer(
                        "group.consumer.assignors",
                        CLASSES + "RangeAssignor, " + CLASSES + "UniformAssignor, range");

        assertThat(config.assignors()).containsExactly("range", "uniform");
    }

    @Test
    void aMigrationPolicyIsTheSameInCapitals() throws InvalidConfig {
        assertThat(consumer("group.consumer.migration.policy", "Upgrade").migrationPolicy())
                .isEqualTo(MigrationPolicy.UPGRADE);
    }

    private static ConsumerGroupConfig consumer(String setting, String value) throws InvalidConfig {
        return GroupConfig.of(BrokerConfig.load(ConfigInputs.of(Map.of(setting, value))), Map.of())
                .consumer();
    }
}
