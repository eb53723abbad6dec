package io.octavo.broker.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.config.ConfigEntry.Synonym;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigReportTest {
    @Test
    void aTopicSettingShowsEveryPlaceThatCouldGiveItsValueTheStrongestFirst() throws InvalidConfig {
        BrokerConfig broker =
                BrokerConfig.load(ConfigInputs.of(Map.of("message.max.bytes", "1")))
                        .withDynamic(
                                Map.of("message.max.bytes", "2"), Map.of("message.max.bytes", "3"));
        TopicConfig topic = TopicConfig.of(Map.of("max.message.bytes", "4"), broker);

        ConfigEntry entry = find(new ConfigReport(broker).topic(topic), "max.message.bytes");

        assertThat(entry.value()).isEqualTo("4");
        assertThat(entry.source()).isEqualTo(ConfigSource.TOPIC);
        assertThat(entry.readOnly()).isFalse();
        assertThat(entry.synonyms())
                .containsExactly(
                        new Synonym("max.message.bytes", "4", ConfigSource.TOPIC),
                        new Synonym("message.max.bytes", "3", ConfigSource.DYNAMIC_BROKER),
                        new Synonym("message.max.bytes", "2", ConfigSource.DYNAMIC_DEFAULT),
                        new Synonym("message.max.bytes", "1", ConfigSource.STATIC),
                        new Synonym("message.max.bytes", "1048588", ConfigSource.DEFAULT));
    }

    @Test
    void aSettingGivenUnderAnotherNameShowsThatOne() throws InvalidConfig {
        BrokerConfig broker =
                BrokerConfig.load(ConfigInputs.of(Map.of("log.retention.hours", "24")));

        ConfigEntry entry =
                find(new ConfigReport(broker).topic(broker.topicDefaults()), "retention.ms");

        assertThat(entry.value()).isEqualTo("86400000");
        assertThat(entry.source()).isEqualTo(ConfigSource.STATIC);
        assertThat(entry.synonyms())
                .containsExactly(
                        new Synonym("log.retention.hours", "24", ConfigSource.STATIC),
                        new Synonym("log.retention.hours", "168", ConfigSource.DEFAULT));
    }

    @Test
    void everySettingOfABrokerIsShownAndExplained() throws InvalidConfig {
        BrokerConfig broker = BrokerConfig.load(ConfigInputs.none());

        List<ConfigEntry> entries = new ConfigReport(broker).broker();

        assertThat(entries).hasSizeGreaterThan(300);
        assertThat(entries).isSortedAccordingTo((a, b) -> a.name().compareTo(b.name()));
        assertThat(entries).allMatch(entry -> !entry.definition().explanation().isEmpty());
        assertThat(find(entries, "num.partitions").readOnly()).isTrue();
        assertThat(find(entries, "message.max.bytes").readOnly()).isFalse();
        assertThat(find(entries, "background.threads").definition().explanation())
                .isEqualTo("Has no effect in this version.");
    }

    @Test
    void aBrokersNumberIsShownUnderBothOfItsNames() throws InvalidConfig {
        List<ConfigEntry> entries =
                new ConfigReport(BrokerConfig.load(ConfigInputs.of(Map.of("broker.id", "5"))))
                        .broker();

        assertThat(find(entries, "node.id").value()).isEqualTo("5");
        assertThat(find(entries, "broker.id").value()).isEqualTo("5");
    }

    /// Who looks for what survives a power cut is not told otherwise.
    @Test
    void aDurabilityThatKafkasSettingMakesIsShown() throws InvalidConfig {
        String max = Long.toString(Long.MAX_VALUE);
        BrokerConfig broker =
                BrokerConfig.load(ConfigInputs.of(Map.of("log.flush.interval.messages", max)));
        Synonym given = new Synonym("log.flush.interval.messages", max, ConfigSource.STATIC);

        ConfigEntry entry = find(new ConfigReport(broker).broker(), "durability");
        assertThat(entry.value()).isEqualTo("os");
        assertThat(entry.synonyms().getFirst()).isEqualTo(given);
        ConfigEntry topic =
                find(new ConfigReport(broker).topic(broker.topicDefaults()), "durability");
        assertThat(topic.value()).isEqualTo("os");
        assertThat(topic.synonyms().getFirst()).isEqualTo(given);
    }

    @Test
    void secretsAreNotShown() throws InvalidConfig {
        BrokerConfig broker =
                BrokerConfig.load(ConfigInputs.of(Map.of("ssl.key.password", "secret")));

        ConfigEntry entry = find(new ConfigReport(broker).broker(), "ssl.key.password");

        assertThat(entry.value()).isNull();
        assertThat(entry.toString()).doesNotContain("secret");
    }

    @Test
    void theDefaultsOfAllBrokersAreOnlyThoseThatWereAltered() throws InvalidConfig {
        BrokerConfig broker =
                BrokerConfig.load(ConfigInputs.of(Map.of("message.max.bytes", "1")))
                        .withDynamic(Map.of("message.max.bytes", "2"), Map.of());

        assertThat(new ConfigReport(broker).brokerDefaults())
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.value()).isEqualTo("2");
                    assertThat(entry.source()).isEqualTo(ConfigSource.DYNAMIC_DEFAULT);
                });
    }

    private static ConfigEntry find(List<ConfigEntry> entries, String name) {
        return entries.stream()
                .filter(entry -> entry.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
