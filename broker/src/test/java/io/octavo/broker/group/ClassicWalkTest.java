package io.octavo.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/// Classic groups in random walks. A walk that fails says its seed: repeat it with `-Dgroup.seed=`.
class ClassicWalkTest {
    private static final int STEPS = 1_000_000;
    private static final int SEEDS = 20;
    private static final int STEPS_TO_SILENCE = 10_000;

    /// In every third walk members of seven or so fit into the memory.
    private static final long TIGHT_BYTES = 10_000;

    private static final List<String> GROUPS = List.of("a", "b", "c");

    @Test
    void whateverHappensGroupsStayConsistentAndComeToRest() {
        walk();
    }

    void walk() {
        Long only = Long.getLong("group.seed");
        long first = only == null ? 1 : only;
        int seeds = only == null ? SEEDS : 1;
        int assignments = 0;
        int waited = 0;
        for (long seed = first; seed < first + seeds; seed++) {
            try {
                ClassicJudge judge = walk(seed);
                assignments += judge.assignments();
                waited += judge.waited();
            } catch (RuntimeException | AssertionError failed) {
                throw new AssertionError("-Dgroup.seed=" + seed + ": " + failed, failed);
            }
        }
        assertThat(assignments).isGreaterThan(1_000);
        assertThat(waited).isGreaterThan(only == null ? 1_000 : -1);
    }

    private static ClassicJudge walk(long seed) {
        long memory = seed % 3 == 0 ? TIGHT_BYTES : TestShard.MUCH_MEMORY;
        Walk walk = new Walk(seed, memory);
        ClassicJudge judge = new ClassicJudge(walk);
        walk.add(judge);
        walk.add(new ClassicOperator(walk, GROUPS));
        walk.shard().watch(id -> ClassicJudge.digest(walk.shard().groups().group(id)));
        walk.shard().onCommitted(judge::committed);
        for (String group : GROUPS) {
            String type = group.equals("c") ? "connect" : "consumer";
            for (int i = 0; i < 3; i++) {
                add(walk, judge, new ClassicWalker(walk, judge, group, type, null, false));
            }
            for (String instance : group.equals("b") ? List.of("i", "j") : List.<String>of()) {
                add(walk, judge, new ClassicWalker(walk, judge, group, type, instance, false));
                add(walk, judge, new ClassicWalker(walk, judge, group, type, instance, true));
            }
            add(walk, judge, new ClassicWalker(walk, judge, group, "other", null, true));
        }
        for (int step = 1; step <= STEPS / SEEDS; step++) {
            walk.step();
            if (step % STEPS_TO_SILENCE == 0) {
                walk.calm();
                walk.silence();
            }
        }
        return judge;
    }

    private static void add(Walk walk, ClassicJudge judge, ClassicWalker walker) {
        walk.add(walker);
        judge.add(walker);
    }
}
