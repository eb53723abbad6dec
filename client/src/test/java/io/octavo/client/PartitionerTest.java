package io.octavo.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.client.ClusterMap.Topic;
import io.octavo.ports.Randomness;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.MetadataResponse.MetadataResponsePartition;
import io.octavo.protocol.wire.Uuid;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;

class PartitionerTest {
    @Test
    void aKeysHashIsThatOfKafkasClients() {
        Randomness random = Randomness.seeded(1);
        for (int length = 0; length < 200; length++) {
            byte[] key = new byte[length];
            for (int i = 0; i < length; i++) {
                key[i] = (byte) random.nextLong();
            }
            assertThat(Partitioner.murmur2(ByteBuffer.wrap(key)))
                    .as("length %d", length)
                    .isEqualTo(Utils.murmur2(key));
        }
    }

    @Test
    void aKeyDecidesWhateverLeads() {
        Partitioner partitioner = new Partitioner(Randomness.seeded(1), 100);
        byte[] key = {1, 2, 3};
        int expected = Utils.toPositive(Utils.murmur2(key)) % 7;

        assertThat(partitioner.choose(topic(7, Set.of()), ByteBuffer.wrap(key), 10))
                .isEqualTo(expected);
    }

    @Test
    void withoutAKeyOnePartitionGetsABatchAndAnotherTheNext() {
        Partitioner partitioner = new Partitioner(Randomness.seeded(1), 100);
        List<Integer> chosen = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            chosen.add(partitioner.choose(topic(3, Set.of(0, 1, 2)), null, 10));
        }

        for (int batch = 0; batch < 3; batch++) {
            assertThat(Set.copyOf(chosen.subList(10 * batch, 10 * batch + 10))).hasSize(1);
        }
        assertThat(chosen.get(10)).isNotEqualTo(chosen.get(9));
        assertThat(chosen.get(20)).isNotEqualTo(chosen.get(19));
    }

    @Test
    void partitionsWithoutALeaderAreLeftOut() {
        Partitioner partitioner = new Partitioner(Randomness.seeded(1), 1);
        Set<Integer> chosen = new TreeSet<>();
        for (int i = 0; i < 50; i++) {
            chosen.add(partitioner.choose(topic(5, Set.of(1, 3)), null, 1));
        }

        assertThat(chosen).containsExactly(1, 3);
    }

    private static Topic topic(int partitions, Set<Integer> led) {
        List<MetadataResponsePartition> all = new ArrayList<>();
        for (int i = 0; i < partitions; i++) {
            all.add(
                    MetadataResponsePartition.defaults()
                            .withPartitionIndex(i)
                            .withLeaderId(led.contains(i) ? 1 : ClusterMap.NO_LEADER));
        }
        return new Topic("t", Uuid.ZERO, false, ErrorCode.NONE, all);
    }
}
