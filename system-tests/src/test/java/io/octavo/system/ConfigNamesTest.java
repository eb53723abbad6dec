package io.octavo.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.config.ConfigDefinition;
import io.octavo.broker.config.ConfigScheme;
import io.octavo.broker.config.ConfigScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import kafka.server.KafkaConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.coordinator.group.GroupConfig;
import org.apache.kafka.server.config.DynamicBrokerConfig;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Every setting of Apache Kafka's broker and topics is known here, with its type and its default.
class ConfigNamesTest {
    /// Where ours differ, on purpose: a broker starts with nothing set, listens on this machine
    /// only, limits its connections, and leaves the buffers of sockets to the system.
    private static final Set<String> OTHER_DEFAULTS =
            Set.of(
                    "node.id",
                    "log.dir",
                    "listeners",
                    "max.connections",
                    "socket.send.buffer.bytes",
                    "socket.receive.buffer.bytes");

    /// Kafka lets it be altered for one broker at a time; ours listens where it was started to.
    private static final Set<String> OTHER_SCOPES =
            Set.of("listeners", "advertised.listeners", "listener.security.protocol.map");

    /// Kafka alters these at run time; here they are fixed when a broker starts.
    private static final Set<String> FIXED =
            Set.of(
                    "num.network.threads",
                    "max.connections",
                    "max.connections.per.ip",
                    "producer.id.expiration.ms");

    @Test
    void everyBrokerSettingIsKnown() {
        List<String> differences = new ArrayList<>();
        Map<String, String> modes = DynamicBrokerConfig.dynamicConfigUpdateModes();
        for (ConfigDef.ConfigKey key : KafkaConfig.configDef().configKeys().values()) {
            if (!key.internalConfig) {
                ConfigDefinition ours = ConfigScheme.BROKER.find(key.name);
                compare(key, ours, differences);
                String mode = modes.getOrDefault(key.name, "read-only");
                ConfigScope scope =
                        ConfigScope.valueOf(mode.toUpperCase(Locale.ROOT).replace('-', '_'));
                if (ours != null
                        && ours.scope() != scope
                        && !OTHER_SCOPES.contains(key.name)
                        && !FIXED.contains(key.name)) {
                    differences.add(key.name + " has the scope " + ours.scope() + ", not " + scope);
                }
            }
        }
        assertThat(differences).isEmpty();
    }

    @Test
    void everyTopicSettingIsKnown() {
        List<String> differences = new ArrayList<>();
        for (ConfigDef.ConfigKey key : LogConfig.configDefCopy().configKeys().values()) {
            compare(key, ConfigScheme.TOPIC.find(key.name), differences);
        }
        assertThat(differences).isEmpty();
    }

    /// Those of share groups and of Kafka Streams' groups are not ours.
    @Test
    void everySettingOfConsumerGroupsIsKnown() {
        Set<String> theirs = new TreeSet<>();
        for (ConfigDef.ConfigKey key : GroupConfig.CONFIG_DEF.configKeys().values()) {
            if (key.name.startsWith("consumer.") && !key.internalConfig) {
                theirs.add(key.name + " " + key.type);
            }
        }
        Set<String> ours = new TreeSet<>();
        ConfigScheme.GROUP.all().forEach((name, its) -> ours.add(name + " " + its.type()));
        assertThat(ours).isEqualTo(theirs);
    }

    private static void compare(
            ConfigDef.ConfigKey key, @Nullable ConfigDefinition ours, List<String> differences) {
        if (ours == null) {
            differences.add(key.name + " is not known");
            return;
        }
        if (!ours.type().name().equals(key.type.name())) {
            differences.add(key.name + " is of type " + ours.type() + ", not " + key.type);
        }
        String theirs =
                key.defaultValue == null || key.defaultValue == ConfigDef.NO_DEFAULT_VALUE
                        ? null
                        : ConfigDef.convertToString(key.defaultValue, key.type);
        if (!Objects.equals(ours.fallback(), theirs) && !OTHER_DEFAULTS.contains(key.name)) {
            differences.add(key.name + " is " + ours.fallback() + " by default, not " + theirs);
        }
    }
}
