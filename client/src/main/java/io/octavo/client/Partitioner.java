package io.octavo.client;

import io.octavo.client.ClusterMap.Topic;
import io.octavo.ports.Randomness;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Chooses partitions as Kafka's Java client does: by the key's murmur2 hash, so that both write a
/// key to the same partition; without a key, one partition until it has received a batch's worth,
/// then another at random (KIP-480, KIP-794). Guarded by itself.
final class Partitioner {
    private static final int SEED = 0x9747b28c;
    private static final int MIX = 0x5bd1e995;
    private static final int MIX_SHIFT = 24;

    private final Randomness randomness;
    private final int stickyBytes;
    private final Map<String, Sticky> sticky = new HashMap<>();

    Partitioner(Randomness randomness, int stickyBytes) {
        this.randomness = randomness;
        this.stickyBytes = stickyBytes;
    }

    /// @param topic one that has partitions
    /// @param bytes the record's size
    int choose(Topic topic, @Nullable ByteBuffer key, int bytes) {
        int count = topic.partitions().size();
        if (key != null) {
            return (murmur2(key) & Integer.MAX_VALUE) % count;
        }
        synchronized (this) {
            Sticky current = sticky.computeIfAbsent(topic.name(), name -> new Sticky());
            if (current.bytesLeft <= 0
                    || current.partition >= count
                    || topic.leader(current.partition) == ClusterMap.NO_LEADER) {
                current.partition = anyLed(topic, current.partition);
                current.bytesLeft = stickyBytes;
            }
            current.bytesLeft -= bytes;
            return current.partition;
        }
    }

    /// Another partition that has a leader, if there is one.
    private int anyLed(Topic topic, int last) {
        int count = topic.partitions().size();
        int first = randomness.nextInt(count);
        int found = first;
        for (int i = 0; i < count; i++) {
            int candidate = (first + i) % count;
            if (topic.leader(candidate) != ClusterMap.NO_LEADER) {
                found = candidate;
                if (candidate != last) {
                    break;
                }
            }
        }
        return found;
    }

    /// MurmurHash2, 32 bits, with the seed that Kafka's clients use.
    static int murmur2(ByteBuffer bytes) {
        ByteBuffer in = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
        int hash = SEED ^ in.remaining();
        while (in.remaining() >= Integer.BYTES) {
            int word = in.getInt() * MIX;
            word = (word ^ (word >>> MIX_SHIFT)) * MIX;
            hash = (hash * MIX) ^ word;
        }
        int tail = 0;
        for (int shift = 0; in.hasRemaining(); shift += Byte.SIZE) {
            tail |= (in.get() & 0xff) << shift;
        }
        if (in.limit() % Integer.BYTES != 0) {
            hash = (hash ^ tail) * MIX;
        }
        hash = (hash ^ (hash >>> 13)) * MIX;
        return hash ^ (hash >>> 15);
    }

    private static final class Sticky {
        int partition = -1;
        int bytesLeft;
    }
}
