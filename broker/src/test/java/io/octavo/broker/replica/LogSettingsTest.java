package io.octavo.broker.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.config.ConfigDefinition;
import io.octavo.broker.config.ConfigScheme;
import io.octavo.broker.config.TopicConfig;
import io.octavo.log.LogConfig;
import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogSettingsTest {
    private static final List<String> NUMBERS =
            List.of("-1", "0", "1", "4", "23", "24", "1023", "1024", "2147483647");

    @TempDir Path root;

    /// What a topic may be given is read again at each start: none of it may be refused then.
    @Test
    void aLogCanDoWithWhateverItsTopicMayBeGiven() throws IOException {
        try (TestBroker broker = new TestBroker(root)) {
            List<String> taken = new ArrayList<>();
            for (ConfigDefinition setting : ConfigScheme.TOPIC.all().values()) {
                for (String value : NUMBERS) {
                    if (setting.problem(value) == null) {
                        Map<String, String> own = Map.of(setting.name(), value);
                        LogConfig log =
                                LogSettings.of(
                                        TopicConfig.of(own, broker.config().current()), 1000);
                        assertThat(log.producers().expiryMs()).isEqualTo(1000);
                        taken.add(setting.name() + "=" + value);
                    }
                }
            }
            assertThat(taken)
                    .contains("segment.index.bytes=4", "internal.segment.bytes=1")
                    .doesNotContain("segment.bytes=1");
        }
    }

    @Test
    void whatIsLessThanALogCanDoWithCountsAsTheLeast() throws IOException {
        try (TestBroker broker = new TestBroker(root)) {
            broker.create("t", 1, "segment.index.bytes", "4", "internal.segment.bytes", "1");

            for (int i = 0; i < 100; i++) {
                broker.log("t", 0).append(new RecordBatch(Batches.of("a")), 0);
            }

            assertThat(broker.log("t", 0).endOffset()).isEqualTo(100);
        }
    }
}
