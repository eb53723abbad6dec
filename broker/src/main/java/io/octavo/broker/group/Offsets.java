package io.octavo.broker.group;

import io.octavo.protocol.wire.Uuid;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The offsets that the groups of a shard have committed. Loaded by one thread, and then the
/// shard's loop's.
final class Offsets {
    private final Map<String, Map<String, TopicOffsets>> byGroup = new HashMap<>();

    /// Of equal names and ids one is kept, while they are loaded.
    private final Map<String, String> names = new HashMap<>();

    private final Map<Uuid, Uuid> ids = new HashMap<>();

    /// Takes over a record of the log.
    ///
    /// @param adopted whether it has ids of another cluster's topics: here they have others
    void load(ByteBuffer key, @Nullable ByteBuffer value, boolean adopted) {
        OffsetRecord.Key read = OffsetRecord.key(key);
        if (value == null) {
            remove(read.group(), read.topic(), read.partition());
            return;
        }
        CommittedOffset offset =
                OffsetRecord.value(key, value, adopted ? _ -> Uuid.ZERO : this::one);
        String topic = names.computeIfAbsent(read.topic(), same -> same);
        put(read.group(), topic, read.partition(), offset);
    }

    /// Everything is loaded.
    void loaded() {
        names.clear();
        ids.clear();
    }

    /// The groups that have an offset.
    Set<String> groups() {
        return Collections.unmodifiableSet(byGroup.keySet());
    }

    /// What a group has committed, by topic; empty where it has nothing.
    Map<String, TopicOffsets> of(String group) {
        return Collections.unmodifiableMap(byGroup.getOrDefault(group, Map.of()));
    }

    @Nullable CommittedOffset get(String group, String topic, int partition) {
        TopicOffsets offsets = byGroup.getOrDefault(group, Map.of()).get(topic);
        return offsets == null ? null : offsets.get(partition);
    }

    void put(String group, String topic, int partition, CommittedOffset offset) {
        byGroup.computeIfAbsent(group, _ -> new HashMap<>(2))
                .computeIfAbsent(topic, _ -> new TopicOffsets())
                .put(partition, offset);
    }

    void remove(String group, String topic, int partition) {
        Map<String, TopicOffsets> topics = byGroup.get(group);
        TopicOffsets offsets = topics == null ? null : topics.get(topic);
        if (topics == null || offsets == null) {
            return;
        }
        offsets.remove(partition);
        if (offsets.count() == 0) {
            topics.remove(topic);
        }
        if (topics.isEmpty()) {
            byGroup.remove(group);
        }
    }

    private Uuid one(Uuid id) {
        return ids.computeIfAbsent(id, same -> same);
    }
}
