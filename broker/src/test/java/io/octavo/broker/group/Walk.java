package io.octavo.broker.group;

import io.octavo.protocol.api.ErrorCode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/// A random walk of groups in virtual time: walkers ask, time passes, writes are held, committed
/// and refused, and the coordinator is restarted; judges look on. What kinds of groups there are is
/// up to those who are added.
final class Walk {
    /// How long a write may be on its way.
    private static final int HELD_MS_MAX = 500;

    private static final int FAILING_MS = 20_000;
    private static final int SILENCE_MS = 700_000;
    private static final int CALM_MS = 40_000;
    private static final int COMPACT_FROM = 500;

    private final long memoryBytesMax;
    private final TestShard shard;
    private final Chance chance;
    private final List<Walker> walkers = new ArrayList<>();
    private final List<Judge> judges = new ArrayList<>();
    private final List<Waiting> waiting = new ArrayList<>();
    private long heldSinceMs;
    private int restarts;

    /// An answer that must come.
    private record Waiting(Answer<?> answer, String what, long untilMs) {}

    /// @param memoryBytesMax what members may take of the heap, except when all is to be calm
    Walk(long seed, long memoryBytesMax) {
        this.memoryBytesMax = memoryBytesMax;
        shard = new TestShard(seed, memoryBytesMax);
        chance = new Chance(shard.randomness());
    }

    TestShard shard() {
        return shard;
    }

    Chance chance() {
        return chance;
    }

    /// How often the coordinator was restarted.
    int restarts() {
        return restarts;
    }

    void add(Walker walker) {
        walkers.add(walker);
    }

    void add(Judge judge) {
        judges.add(judge);
    }

    /// Has an answer missed when it does not come in time.
    <R> Answer<R> expect(Answer<R> answer, String what, long withinMs) {
        waiting.add(new Waiting(answer, what, shard.clock().millis() + withinMs + HELD_MS_MAX));
        return answer;
    }

    void step() {
        int dice = chance.below(1_000);
        if (dice < 700) {
            chance.of(walkers).act();
        } else if (dice < 940) {
            advance(chance.below(chance.oneIn(20) ? 3_000 : 100));
        } else if (dice < 960) {
            shard.hold(true);
        } else if (dice < 980) {
            shard.commit();
        } else if (dice < 990) {
            shard.hold(false);
        } else if (dice < 998) {
            shard.fail(
                    chance.oneIn(2)
                            ? ErrorCode.COORDINATOR_NOT_AVAILABLE
                            : ErrorCode.NOT_COORDINATOR);
        } else if (chance.oneIn(4)) {
            restart();
        }
        check();
    }

    private void advance(long ms) {
        long nowMs = shard.clock().millis();
        if (shard.held() == 0) {
            heldSinceMs = nowMs;
        }
        if (nowMs + ms - heldSinceMs > HELD_MS_MAX) {
            while (shard.held() > 0) {
                shard.commit();
            }
            heldSinceMs = nowMs;
            ms = Math.min(ms, shard.held() == 0 ? ms : 1);
        }
        shard.advanceMs(ms);
    }

    private void restart() {
        if (shard.held() == 0) {
            GroupShard loaded = shard.loaded();
            judges.forEach(judge -> judge.beforeRestart(loaded));
        }
        shard.restart(chance.oneIn(2));
        restarts++;
    }

    private void check() {
        if (shard.log().size() > COMPACT_FROM) {
            shard.compact();
        }
        judges.forEach(Judge::check);
        long nowMs = shard.clock().millis();
        for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
            Waiting one = all.next();
            if (one.answer.isGiven()) {
                all.remove();
            } else if (nowMs > one.untilMs) {
                throw new AssertionError(one.what + " waits for ever");
            }
        }
    }

    /// Everybody dies, and nothing can be written for a while: nothing must be left of them.
    void silence() {
        walkers.forEach(Walker::die);
        shard.hold(true);
        for (int ms = 0; ms < FAILING_MS; ms += 500) {
            shard.advanceMs(500);
            while (shard.fail(ErrorCode.COORDINATOR_NOT_AVAILABLE)) {}
        }
        shard.hold(false);
        shard.advanceMs(SILENCE_MS);
        check();
        judges.forEach(Judge::afterSilence);
        GroupShard loaded = shard.loaded();
        judges.forEach(judge -> judge.beforeRestart(loaded));
    }

    /// Everybody behaves: all must come to rest.
    void calm() {
        shard.hold(false);
        limitMemory(TestShard.MUCH_MEMORY);
        for (int ms = 0; ms < CALM_MS; ms += 100) {
            walkers.forEach(Walker::behave);
            shard.advanceMs(100);
            check();
        }
        judges.forEach(Judge::afterCalm);
        limitMemory(memoryBytesMax);
    }

    /// Where memory is short, everybody fits into more of it.
    private void limitMemory(long bytesMax) {
        if (memoryBytesMax != TestShard.MUCH_MEMORY) {
            shard.limitMemory(bytesMax);
            shard.restart(true);
            restarts++;
        }
    }
}
