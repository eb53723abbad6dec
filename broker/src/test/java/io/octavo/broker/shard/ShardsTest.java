package io.octavo.broker.shard;

import static io.octavo.broker.shard.ShardScene.TOPIC;
import static io.octavo.broker.shard.ShardScene.WRONG;
import static io.octavo.broker.shard.ShardScene.record;
import static io.octavo.broker.shard.ShardScene.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.replica.TestBroker;
import io.octavo.ports.ManualLoop;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShardsTest {
    @TempDir Path root;

    private ShardScene<Texts> scene;
    private TestBroker broker;
    private ManualLoop loop;
    private ShardScene.FailingClock clock;
    private Shards<Texts> shards;
    private final List<String> told = new ArrayList<>();

    /// The keys whose turns have ended.
    private final List<String> settled = new ArrayList<>();

    @BeforeEach
    void open() throws IOException {
        scene = new ShardScene<>(root, Texts::new);
        broker = scene.broker;
        loop = scene.loop;
        clock = scene.clock;
        shards = scene.shards;
    }

    @AfterEach
    void close() throws IOException {
        scene.close();
    }

    /// By Apache Kafka's own function, so that a topic that was written there is found again.
    @Test
    void keysAreInThePartitionsOfApacheKafka() {
        assertThat(Shards.partition("billing", 50)).isEqualTo(9);
        assertThat(Shards.partition("my-group", 50)).isEqualTo(12);
        assertThat(Shards.partition("orders", 50)).isEqualTo(31);
        assertThat(Shards.partition("payments", 50)).isEqualTo(13);
        assertThat("polygenelubricants".hashCode()).isEqualTo(Integer.MIN_VALUE);
        assertThat(Shards.partition("polygenelubricants", 50)).isZero();
    }

    @Test
    void whileThereIsNoTopicThereIsNoCoordinator() {
        put("a", "1");
        loop.run();

        assertThat(told).containsExactly("a=1 refused: COORDINATOR_NOT_AVAILABLE");
    }

    @Test
    void theStateChangesWhenTheRecordsAreCommittedAndNotBefore() {
        serve();
        put("a", "1");
        loop.run();
        assertThat(told).isEmpty();
        assertThat(state()).isEmpty();

        settle();

        assertThat(told).containsExactly("a=1");
        assertThat(state()).containsExactly(Map.entry("a", "1"));
    }

    @Test
    void whatIsAskedOfTheSameKeyWaitsForItsTurnAndSeesWhatTheOneBeforeDid() {
        serve();
        put("a", "1");
        appendTo("a", "2");
        appendTo("a", "3");

        settle();
        settle();
        settle();

        assertThat(told).containsExactly("a=1", "a=12", "a=123");
    }

    @Test
    void otherKeysGoOnMeanwhile() {
        serve();
        put("a", "1");
        loop.run();
        shards.run("b", _ -> Write.answer(() -> told.add("b was looked at")), _ -> {});
        loop.run();

        assertThat(told).containsExactly("b was looked at");
    }

    @Test
    void aNewLeaderHasWhatWasCommitted() {
        serve();
        put("a", "1");
        settle();
        put("a", "2");
        put("b", "1");
        settle();

        broker.elect(TOPIC, 0, false);
        shards.follow();
        loop.run();
        put("a", "9");
        loop.run();
        broker.elect(TOPIC, 0, true);
        serveAgain();

        assertThat(told).contains("a=9 refused: NOT_COORDINATOR");
        assertThat(state()).containsExactly(Map.entry("a", "2"), Map.entry("b", "1"));
    }

    @Test
    void aWriteThatIsOnItsWayWhenLeadershipGoesIsNotAnswered() {
        serve();
        put("a", "1");
        appendTo("a", "2");
        loop.run();

        broker.elect(TOPIC, 0, false);
        shards.follow();
        settle();

        assertThat(told)
                .containsExactlyInAnyOrder(
                        "a=1 failed: NOT_COORDINATOR", "a+2 refused: NOT_COORDINATOR", "ended");
    }

    /// C-4: what is not committed yet might vanish again.
    @Test
    void whatIsLoadedIsServedOnlyWhenAllOfItIsCommitted() {
        broker.create(TOPIC, 1);
        scene.append("a", "1");
        shards.follow();
        loop.run();
        broker.worker().run();
        loop.run();
        put("b", "1");
        List<Boolean> loading = new ArrayList<>();
        shards.each(_ -> {}, loading::add);
        loop.run();
        assertThat(told).containsExactly("b=1 refused: COORDINATOR_LOAD_IN_PROGRESS");
        assertThat(loading).containsExactly(true);

        settle();

        assertThat(state()).containsExactly(Map.entry("a", "1"));
    }

    /// C-2: a part of the state is worse than none.
    @Test
    void aRecordThatIsNotUnderstoodEndsTheLoad() {
        broker.create(TOPIC, 1);
        scene.append("a", "1");
        scene.append(WRONG, "1");
        scene.append("b", "1");
        settle();
        shards.follow();

        for (int i = 0; i < 3; i++) {
            loop.advanceMs(2_000);
            broker.worker().run();
            loop.run();
        }
        put("c", "1");
        loop.run();

        assertThat(told).containsExactly("c=1 refused: COORDINATOR_LOAD_IN_PROGRESS");
        // Who lists what the others have does not wait for it.
        List<Boolean> loading = new ArrayList<>();
        shards.each(_ -> {}, loading::add);
        loop.run();
        assertThat(loading).containsExactly(false);
    }

    @Test
    void anOperationThatFailsCostsWhoAskedForItOnly() {
        serve();
        shards.run(
                "a",
                _ -> {
                    throw new IllegalStateException("a defect");
                },
                error -> told.add("refused: " + error));
        put("a", "1");
        settle();

        assertThat(told).containsExactly("refused: UNKNOWN_SERVER_ERROR", "a=1");
    }

    @Test
    void anEndThatFailsCostsThatTurnAndNotThoseBehindIt() {
        serve();
        put("a", "1");
        run("a", _ -> Write.answer(this::defect));
        run("a", _ -> new Write(List.of(record("a", "2")), this::defect, _ -> {}));
        shards.run("a", _ -> defect(), _ -> defect());
        put("a", "3");

        settle();
        settle();

        assertThat(told).containsExactly("a=1", "a=3");
    }

    @Test
    void aWriteThatCannotBeSentFailsAndTheNextHasItsTurn() {
        serve();
        clock.failing = true;
        put("a", "1");
        appendTo("a", "2");
        loop.run();
        clock.failing = false;
        put("a", "3");

        settle();

        assertThat(told)
                .containsExactly(
                        "a=1 failed: UNKNOWN_SERVER_ERROR",
                        "a=null2 failed: UNKNOWN_SERVER_ERROR",
                        "a=3");
    }

    @Test
    void whatIsTooLargeForABatchFailsAndTheNextHasItsTurn() {
        serve();
        long end = scene.partition().highWatermark();
        run(
                "a",
                _ ->
                        new Write(
                                List.of(
                                        record("a", "x".repeat(9 << 20)),
                                        record("b", "x".repeat(9 << 20))),
                                () -> told.add("written"),
                                error -> told.add("failed: " + error)));
        put("a", "1");
        settle();

        assertThat(told).containsExactly("failed: UNKNOWN_SERVER_ERROR", "a=1");
        assertThat(scene.partition().highWatermark()).isEqualTo(end + 1);
    }

    @Test
    void asMuchAsABatchTakesIsWritten() {
        serve();
        String most = "x".repeat(Write.BATCH_BYTES_MAX - 100);
        put("a", most);
        settle();

        assertThat(told).hasSize(1);
        assertThat(state().get("a")).hasSameSizeAs(most);
    }

    @Test
    void aKeyIsSettledAtTheEndOfEachTurnWhateverCameOfIt() {
        serve();
        run("read", _ -> Write.answer(() -> {}));
        run("broken", _ -> Write.answer(this::defect));
        run("refused", _ -> defect());
        put("a", "1");
        loop.run();
        assertThat(settled).containsExactly("read", "broken", "refused");
        settle();
        assertThat(settled).endsWith("refused", "a");

        clock.failing = true;
        put("b", "1");
        loop.run();
        assertThat(settled).endsWith("a", "b");
    }

    /// A write that was begun within a turn without one: what it may come to still counts.
    @Test
    void aKeyIsNotSettledWhileAWriteOfItIsOnItsWay() {
        serve();
        run("a", texts -> Write.answer(() -> texts.turns().run("a", () -> texts.put("a", "1"))));
        loop.run();
        assertThat(settled).isEmpty();

        settle();

        assertThat(settled).containsExactly("a");
    }

    @Test
    void nothingIsSettledAfterTheEnd() {
        serve();
        put("a", "1");
        loop.run();
        shards.stop();
        settle();

        assertThat(told).containsExactly("ended", "a=1 failed: NOT_COORDINATOR");
        assertThat(settled).isEmpty();
    }

    @Test
    void aTimersOperationWaitsForItsTurnToo() {
        serve();
        shards.run(
                "a",
                texts ->
                        Write.answer(() ->
                                texts.turns()
                                        .schedule(
                                                "a",
                                                50,
                                                () -> Write.answer(() -> told.add("time")))),
                _ -> {});
        loop.run();
        put("a", "1");
        loop.advanceMs(100);
        assertThat(told).isEmpty();

        settle();

        assertThat(told).containsExactly("a=1", "time");
    }

    private void serve() {
        broker.create(TOPIC, 1);
        serveAgain();
    }

    private void serveAgain() {
        shards.follow();
        settle();
    }

    /// Until nothing is left to do, forces included.
    private void settle() {
        for (int i = 0; i < 3; i++) {
            loop.run();
            broker.worker().run();
            broker.force();
            loop.run();
        }
    }

    private Map<String, String> state() {
        Map<String, String> all = new TreeMap<>();
        shards.each(texts -> all.putAll(texts.texts), _ -> {});
        loop.run();
        return all;
    }

    private void put(String key, String value) {
        shards.run(
                key,
                texts -> texts.put(key, value),
                error -> told.add(key + "=" + value + " refused: " + error));
    }

    private void run(String key, Function<Texts, Write> operation) {
        shards.run(key, operation, error -> told.add(key + " refused: " + error));
    }

    private Write defect() {
        throw new IllegalStateException("a defect");
    }

    private void appendTo(String key, String value) {
        shards.run(
                key,
                texts -> texts.put(key, texts.texts.get(key) + value),
                error -> told.add(key + "+" + value + " refused: " + error));
    }

    /// A map.
    private final class Texts implements StateMachine {
        private final Map<String, String> texts = new TreeMap<>();
        private @Nullable Turns turns;

        @Override
        public void load(ByteBuffer key, @Nullable ByteBuffer value, boolean adopted) {
            String name = text(key);
            if (name.equals(WRONG)) {
                throw new IllegalArgumentException("what is " + name + "?");
            }
            if (value == null) {
                texts.remove(name);
            } else {
                texts.put(name, text(value));
            }
        }

        @Override
        public void begin(Turns turns) {
            this.turns = turns;
        }

        @Override
        public void settled(String key) {
            settled.add(key);
        }

        @Override
        public void end() {
            told.add("ended");
        }

        Turns turns() {
            return Objects.requireNonNull(turns);
        }

        Write put(String key, String value) {
            String text = key + "=" + value;
            return new Write(
                    List.of(record(key, value)),
                    () -> {
                        texts.put(key, value);
                        told.add(text);
                    },
                    error -> told.add(text + " failed: " + error));
        }
    }
}
