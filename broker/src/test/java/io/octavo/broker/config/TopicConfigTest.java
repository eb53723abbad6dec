package io.octavo.broker.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TopicConfigTest {
    private static final String MAX = Long.toString(Long.MAX_VALUE);

    @Test
    void withoutAnythingSetTheDefaultsAreKafkas() throws InvalidConfig {
        TopicConfig topic = TopicConfig.of(Map.of(), broker(Map.of()));

        assertThat(topic.segmentBytes()).isEqualTo(1 << 30);
        assertThat(topic.segmentMs()).isEqualTo(604_800_000);
        assertThat(topic.retentionMs()).isEqualTo(604_800_000);
        assertThat(topic.messageBytesMax()).isEqualTo(1_048_588);
        assertThat(topic.timestampAfterMsMax()).isEqualTo(3_600_000);
        assertThat(topic.timestampBeforeMsMax()).isEqualTo(Long.MAX_VALUE);
        assertThat(topic.appendTime()).isFalse();
        assertThat(topic.compacted()).isFalse();
        assertThat(topic.compressionType()).isEqualTo("producer");
    }

    @Test
    void aTopicsOwnSettingWinsOverTheBrokers() throws InvalidConfig {
        BrokerConfig broker = broker(Map.of("message.max.bytes", "100", "log.roll.ms", "5"));

        TopicConfig topic = TopicConfig.of(Map.of("max.message.bytes", "7"), broker);

        assertThat(topic.messageBytesMax()).isEqualTo(7);
        assertThat(topic.segmentMs()).isEqualTo(5);
        assertThat(topic.overrides()).containsOnlyKeys("max.message.bytes");
    }

    @Test
    void ofSeveralNamesForOneSettingTheFinestUnitWins() throws InvalidConfig {
        assertThat(retention(Map.of("log.retention.hours", "2"))).isEqualTo(7_200_000);
        assertThat(retention(Map.of("log.retention.hours", "2", "log.retention.minutes", "3")))
                .isEqualTo(180_000);
        assertThat(retention(Map.of("log.retention.minutes", "3", "log.retention.ms", "4")))
                .isEqualTo(4);
        assertThat(retention(Map.of("log.retention.hours", "-1"))).isEqualTo(-1);
    }

    @Test
    void aSettingAlteredAtRunTimeWinsOverOneGivenAtTheStart() throws InvalidConfig {
        BrokerConfig start = broker(Map.of("log.retention.hours", "2", "message.max.bytes", "5"));

        BrokerConfig now =
                start.withDynamic(
                        Map.of("log.retention.ms", "9", "message.max.bytes", "6"),
                        Map.of("message.max.bytes", "7"));

        assertThat(now.topicDefaults().retentionMs()).isEqualTo(9);
        assertThat(now.topicDefaults().messageBytesMax()).isEqualTo(7);
        assertThat(start.topicDefaults().messageBytesMax()).isEqualTo(5);
    }

    @Test
    void theInternalSegmentSizeHasNoLowerLimit() throws InvalidConfig {
        TopicConfig topic =
                TopicConfig.of(Map.of("internal.segment.bytes", "4096"), broker(Map.of()));

        assertThat(topic.segmentBytes()).isEqualTo(4096);
    }

    @Test
    void recordsAreForcedUnlessTheTopicOrTheBrokerSaysOtherwise() throws InvalidConfig {
        assertThat(forced(Map.of(), Map.of())).isTrue();
        assertThat(forced(Map.of(), Map.of("durability", "os"))).isFalse();
        assertThat(forced(Map.of("durability", "fsync"), Map.of("durability", "os"))).isTrue();
        assertThat(forced(Map.of("durability", "os"), Map.of())).isFalse();
    }

    @Test
    void kafkasIntervalSaysDurabilityWhereThatIsNotSet() throws InvalidConfig {
        Map<String, String> each = Map.of("flush.messages", "1");
        Map<String, String> never = Map.of("flush.messages", MAX);
        Map<String, String> some = Map.of("flush.messages", "10000");

        assertThat(forced(never, Map.of())).isFalse();
        assertThat(forced(each, Map.of("durability", "os"))).isTrue();
        assertThat(forced(some, Map.of())).isTrue();
        assertThat(forced(some, Map.of("durability", "os"))).isFalse();
        assertThat(forced(Map.of("flush.messages", "1", "durability", "os"), Map.of())).isFalse();
        assertThat(forced(Map.of(), Map.of("log.flush.interval.messages", MAX))).isFalse();
        assertThat(forced(Map.of(), Map.of("log.flush.interval.messages", "1", "durability", "os")))
                .isFalse();
        assertThat(TopicConfig.of(never, broker(Map.of())).value("durability")).isEqualTo("os");
    }

    @Test
    void topicsWithTheSameSettingsAreEqual() throws InvalidConfig {
        BrokerConfig broker = broker(Map.of());
        BrokerConfig other = broker.withDynamic(Map.of("message.max.bytes", "6"), Map.of());

        assertThat(TopicConfig.of(Map.of("retention.ms", "1"), broker))
                .isEqualTo(TopicConfig.of(Map.of("retention.ms", "1"), broker(Map.of())))
                .isNotEqualTo(TopicConfig.of(Map.of("retention.ms", "1"), other))
                .isNotEqualTo(TopicConfig.of(Map.of(), broker));
    }

    private static boolean forced(Map<String, String> topic, Map<String, String> broker)
            throws InvalidConfig {
        return TopicConfig.of(topic, broker(broker)).fsync();
    }

    private static long retention(Map<String, String> settings) throws InvalidConfig {
        return broker(settings).topicDefaults().retentionMs();
    }

    private static BrokerConfig broker(Map<String, String> settings) throws InvalidConfig {
        return BrokerConfig.load(ConfigInputs.of(settings));
    }
}
