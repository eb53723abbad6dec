package io.octavo.system.crash;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/// What was acknowledged, held against what is there.
///
/// @param acknowledged records that the broker has answered for
/// @param present records that are there
/// @param lost acknowledged, and not there
/// @param repeated there a second time
/// @param misordered there behind one that the same producer sent later
record Verdict(long acknowledged, long present, long lost, long repeated, long misordered) {
    static Verdict of(List<Sent> sent, Reading reading) {
        Verdict sum = new Verdict(0, 0, 0, 0, 0);
        Map<TopicPartition, Map<Integer, Sent>> producers = new HashMap<>();
        for (Sent one : sent) {
            producers
                    .computeIfAbsent(one.partition(), _ -> new HashMap<>())
                    .put(one.producer(), one);
        }
        for (Map.Entry<TopicPartition, Map<Integer, Sent>> partition : producers.entrySet()) {
            long[] identities = reading.identities(partition.getKey());
            for (Sent one : partition.getValue().values()) {
                sum = sum.plus(judge(one, identities));
            }
        }
        return sum;
    }

    private static Verdict judge(Sent sent, long[] identities) {
        BitSet seen = new BitSet();
        long present = 0;
        long repeated = 0;
        long misordered = 0;
        int last = -1;
        for (long identity : identities) {
            int number = (int) identity;
            if (identity >>> Integer.SIZE != sent.producer()) {
                continue;
            }
            present++;
            if (seen.get(number)) {
                repeated++;
            } else if (number < last) {
                misordered++;
            }
            seen.set(number);
            last = number;
        }
        BitSet lost = sent.acknowledged();
        long acknowledged = lost.cardinality();
        lost.andNot(seen);
        return new Verdict(acknowledged, present, lost.cardinality(), repeated, misordered);
    }

    private Verdict plus(Verdict other) {
        return new Verdict(
                acknowledged + other.acknowledged,
                present + other.present,
                lost + other.lost,
                repeated + other.repeated,
                misordered + other.misordered);
    }

    @Override
    public String toString() {
        return "%d records acknowledged, %d there: %d lost, %d twice, %d out of order"
                .formatted(acknowledged, present, lost, repeated, misordered);
    }
}
