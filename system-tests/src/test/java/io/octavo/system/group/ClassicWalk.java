package io.octavo.system.group;

import io.octavo.ports.Randomness;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;

/// Members of classic groups do what comes, right and wrong: the same at both brokers. After each
/// step the group is described, which tells whether an answer is to come now or later.
final class ClassicWalk {
    private static final int STEPS_OF_A_GROUP = 150;
    private static final int LOOKS_MAX = 1_000;

    private final GroupPair pair;
    private final Randomness random;
    private final List<WalkingMember> members = new ArrayList<>();

    ClassicWalk(GroupPair pair, long seed) {
        this.pair = pair;
        random = Randomness.seeded(seed);
    }

    void run(int steps) {
        for (int step = 0; step < steps; step++) {
            if (step % STEPS_OF_A_GROUP == 0) {
                begin("walk-" + step / STEPS_OF_A_GROUP);
            }
            WalkingMember member = members.get(random.nextInt(members.size()));
            if (!member.waits()) {
                member.act(size());
            }
            hearAll();
        }
    }

    /// Dynamic members, and a static one.
    private void begin(String group) {
        pair.scene("a walk in the group " + group);
        members.clear();
        for (String name : List.of("a", "b", "c")) {
            members.add(new WalkingMember(pair.caller(name), group, null, random));
        }
        members.add(new WalkingMember(pair.caller("s"), group, "i", random));
    }

    private int size() {
        return describe().members().size();
    }

    private DescribedGroup describe() {
        String group = members.getFirst().group();
        DescribeGroupsResponseData described =
                (DescribeGroupsResponseData)
                        pair.caller("onlooker").look(Asks.DESCRIBE, _ -> Asks.describe(group));
        return described.groups().getFirst();
    }

    /// Hears what is answered, until the rest waits for what others do.
    private void hearAll() {
        for (int looks = 0; looks < LOOKS_MAX; looks++) {
            DescribedGroup group = describe();
            String state = group.groupState();
            boolean preparing = state.equals("PreparingRebalance");
            boolean completing = state.equals("CompletingRebalance");
            boolean complete = group.members().size() == joining().count();
            joining().filter(one -> !preparing || one.isAnswered()).forEach(WalkingMember::hear);
            members.stream()
                    .filter(WalkingMember::syncs)
                    .filter(one -> !completing || one.leads() || one.isAnswered())
                    .forEach(WalkingMember::hear);
            if (!preparing || !complete) {
                return;
            }
        }
        throw new AssertionError("a rebalance does not end: " + pair.differences());
    }

    private Stream<WalkingMember> joining() {
        return List.copyOf(members).stream().filter(WalkingMember::joins);
    }
}
