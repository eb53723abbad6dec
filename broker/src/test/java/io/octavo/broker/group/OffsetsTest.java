package io.octavo.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.shard.ShardRecord;
import io.octavo.protocol.wire.Uuid;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class OffsetsTest {
    private static final Uuid THERE = new Uuid(1, 2);
    private static final Uuid HERE = new Uuid(3, 4);

    private final Offsets offsets = new Offsets();
    private final ShardRecord record =
            OffsetRecord.of("g", "t", 0, new CommittedOffset(7, 0, "", 0, -1, THERE));

    @Test
    void anOffsetIsOfTheTopicThatItWasCommittedFor() {
        load(false);

        assertThat(committed().isOf(THERE)).isTrue();
        assertThat(committed().isOf(HERE)).isFalse();
    }

    /// There the topic has another id than here.
    @Test
    void anOffsetFromAnotherClusterIsOfTheTopicOfThatName() {
        load(true);

        assertThat(committed().isOf(HERE)).isTrue();
        assertThat(committed().offset()).isEqualTo(7);
    }

    private void load(boolean adopted) {
        offsets.load(record.key(), record.value(), adopted);
    }

    private CommittedOffset committed() {
        return Objects.requireNonNull(offsets.get("g", "t", 0));
    }
}
