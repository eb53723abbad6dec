package io.octavo.broker.shard;

import static io.octavo.broker.shard.ShardScene.TOPIC;
import static io.octavo.broker.shard.ShardScene.WRONG;
import static io.octavo.broker.shard.ShardScene.record;
import static io.octavo.broker.shard.ShardScene.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.replica.TestBroker;
import io.octavo.ports.ManualLoop;
import io.octavo.ports.Randomness;
import io.octavo.protocol.api.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A random walk of a shard over a real log: texts are put, records are forced late, leadership
/// goes and comes, and now and then the log has a record that nobody understands.
///
/// What must hold: a shard serves all of what its log had, or nothing (C-2), and only when that is
/// committed (C-4); what was answered is committed (C-3), is there after every load, and is
/// answered by nobody who does not lead (C-1).
public final class ShardsWalk implements AutoCloseable {
    /// So many find what can be found.
    public static final int WALKS = 200;

    private static final int STEPS = 300;
    private static final int KEYS = 4;
    private static final int RETRY_MS = 2_000;

    private final Randomness random;
    private final Path root;
    private final ShardScene<Texts> scene;
    private final TestBroker broker;
    private final ManualLoop loop;
    private final Shards<Texts> shards;

    /// What was answered, by key: the last of each has to be there.
    private final Map<String, Integer> answered = new HashMap<>();

    private int puts;
    private int served;
    private boolean leads = true;

    private ShardsWalk(long seed) throws IOException {
        random = Randomness.seeded(seed);
        root = Files.createTempDirectory("shards-walk");
        scene = new ShardScene<>(root, Texts::new);
        broker = scene.broker;
        loop = scene.loop;
        shards = scene.shards;
        broker.create(TOPIC, 1);
    }

    /// Walks so many times, each from another seed; of the one that fails the seed is said.
    ///
    /// @return how often a shard began to serve
    public static int walks(int walks) {
        long only = Long.getLong("shards.seed", 0);
        int served = 0;
        for (long seed = Math.max(only, 1); seed <= (only == 0 ? walks : only); seed++) {
            try (ShardsWalk walk = new ShardsWalk(seed)) {
                walk.run();
                served += walk.served;
            } catch (AssertionError | RuntimeException broken) {
                throw new AssertionError("-Dshards.seed=" + seed + ": " + broken, broken);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return served;
    }

    private void run() {
        shards.follow();
        for (int step = 0; step < STEPS; step++) {
            step();
        }
    }

    private void step() {
        switch (random.nextInt(16)) {
            case 0 -> lead(!leads);
            case 1 -> appendPast();
            case 2, 3 -> broker.worker().run();
            case 4, 5 -> broker.force();
            case 6 -> loop.advanceMs(RETRY_MS);
            case 7, 8, 9, 10 -> loop.run();
            default -> put("k" + random.nextInt(KEYS));
        }
    }

    private void lead(boolean now) {
        leads = now;
        broker.elect(TOPIC, 0, now);
        shards.follow();
    }

    /// Another leader has written, whose records are not committed yet; one in some is not
    /// understood, and the shard is never served again.
    private void appendPast() {
        if (leads && random.nextInt(4) == 0) {
            boolean wrong = random.nextInt(20) == 0;
            scene.append(wrong ? WRONG : "past", Integer.toString(++puts));
            lead(false);
            lead(true);
        }
    }

    private void put(String key) {
        int value = ++puts;
        shards.run(key, texts -> texts.put(key, value), _ -> {});
    }

    @Override
    public void close() throws IOException {
        scene.close();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /// The greatest value that was put under each key.
    private final class Texts implements StateMachine {
        private final Map<String, Integer> texts = new HashMap<>();
        private long loads;
        private boolean stumbled;

        @Override
        public void load(ByteBuffer key, @Nullable ByteBuffer value, boolean adopted) {
            loads++;
            String name = text(key);
            if (name.equals(WRONG)) {
                stumbled = true;
                throw new IllegalArgumentException("what is " + name + "?");
            }
            texts.put(name, Integer.valueOf(text(Objects.requireNonNull(value))));
        }

        @Override
        public void begin(Turns turns) {
            assertThat(stumbled).as("a part of the log is served").isFalse();
            assertThat(loads)
                    .as("what is served is committed")
                    .isLessThanOrEqualTo(scene.partition().highWatermark());
            answered.forEach((key, value) ->
                    assertThat(texts.get(key))
                            .as("what was answered of " + key)
                            .isNotNull()
                            .isGreaterThanOrEqualTo(value));
            served++;
        }

        @Override
        public void end() {}

        Write put(String key, int value) {
            return new Write(
                    List.of(record(key, Integer.toString(value))),
                    () -> {
                        assertThat(scene.partition().admits(scene.partition().leaderEpoch()))
                                .as("who answers leads")
                                .isEqualTo(ErrorCode.NONE);
                        texts.put(key, value);
                        answered.merge(key, value, Math::max);
                    },
                    _ -> {});
        }
    }
}
