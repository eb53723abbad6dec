package io.octavo.broker.cluster.local;

import static io.octavo.broker.cluster.local.StoreAnswers.OK;
import static io.octavo.broker.cluster.local.StoreAnswers.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.broker.cluster.Coordination;
import io.octavo.broker.cluster.Coordination.Applied;
import io.octavo.broker.cluster.Outcome;
import io.octavo.broker.cluster.StoreNode;
import io.octavo.broker.cluster.StoreWrite;
import io.octavo.log.DamagedLog;
import io.octavo.ports.ManualClock;
import io.octavo.ports.ManualLoop;
import io.octavo.ports.Randomness;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalCoordinationTest {
    private final ManualLoop loop = new ManualLoop(new ManualClock());
    private final StoreAnswers told = new StoreAnswers(loop);
    private final List<IOException> failures = new ArrayList<>();
    private MemoryJournal journal = new MemoryJournal();
    private Coordination store = open();

    @Test
    void aChangeIsForcedBeforeItIsAnsweredOrRead() {
        CompletionStage<Outcome<Applied>> commit = store.commit(List.of(create("/a", "1")));
        CompletionStage<Outcome<StoreNode>> read = store.read("/a");

        assertThat(await(commit)).isEqualTo(OK);

        assertThat(journal.unforced()).isZero();
        assertThat(await(read)).isInstanceOf(Outcome.Ok.class);
    }

    @Test
    void whatWaitsTogetherIsForcedTogether() {
        List<CompletionStage<Outcome<Applied>>> commits = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            commits.add(store.commit(List.of(create("/n" + i, ""))));
        }

        commits.forEach(commit -> assertThat(await(commit)).isEqualTo(OK));

        assertThat(journal.forces()).isEqualTo(1);
    }

    @Test
    void aCommitThatDoesNotFitLeavesNothing() {
        await(store.commit(List.of(create("/a", "1"))));

        Outcome<Applied> outcome =
                await(
                        store.commit(
                                List.of(
                                        create("/b", ""),
                                        new StoreWrite.Set("/a", bytes("2"), 0),
                                        new StoreWrite.Check("/b", 3))));

        assertThat(outcome).isEqualTo(new Outcome.BadVersion<Applied>("/b"));
        assertThat(await(store.read("/b"))).isEqualTo(new Outcome.NoNode<StoreNode>("/b"));
        assertThat(node("/a").version()).isZero();
    }

    @Test
    void theWatcherHearsOfEveryChangedPath() {
        List<String> changed = new ArrayList<>();
        store.watch(
                new Coordination.Watcher() {
                    @Override
                    public void changed(String path) {
                        changed.add(path);
                    }

                    @Override
                    public void session(Coordination.SessionEvent event) {}
                });

        await(store.commit(List.of(create("/a", ""), create("/a/b", ""))));
        await(store.commit(List.of(new StoreWrite.Check("/a", 0))));
        await(store.commit(List.of(new StoreWrite.Delete("/a/b", 0))));

        assertThat(changed).containsExactly("/a", "/a/b", "/a/b");
    }

    @Test
    void ephemeralNodesGoWithTheProcessAndComeBackAsOthers() {
        await(store.commit(List.of(new StoreWrite.Create("/me", bytes(""), true))));
        long first = node("/me").creationId();

        reopen(0);

        assertThat(await(store.read("/me"))).isInstanceOf(Outcome.NoNode.class);
        await(store.commit(List.of(new StoreWrite.Create("/me", bytes(""), true))));
        assertThat(node("/me").creationId()).isGreaterThan(first);
    }

    @Test
    void aFullDiskChangesNothingAndPasses() {
        await(store.commit(List.of(create("/a", "1"))));
        journal.full = true;

        Outcome<Applied> refused =
                await(store.commit(List.of(new StoreWrite.Set("/a", bytes("2"), 0))));

        assertThat(refused).isInstanceOf(Outcome.Unknown.class);
        journal.full = false;
        assertThat(node("/a").version()).isZero();
        assertThat(await(store.commit(List.of(new StoreWrite.Set("/a", bytes("3"), 0)))))
                .isEqualTo(OK);
        reopen(0);
        assertThat(node("/a").value()).isEqualTo(bytes("3"));
    }

    @Test
    void aFailedForceIsToldAndNothingIsAnsweredAnyMore() {
        journal.broken = true;

        CompletionStage<Outcome<Applied>> commit = store.commit(List.of(create("/a", "")));
        loop.run();

        assertThat(failures).hasSize(1);
        assertThat(commit.toCompletableFuture()).isNotDone();
        assertThat(await(store.read("/a"))).isInstanceOf(Outcome.Unknown.class);
    }

    @Test
    void whatIsInTheJournalIsNotUndoneForWantOfSpace() {
        await(store.commit(List.of(create("/a", "1"))));
        journal.fullWhenForced = true;

        CompletionStage<Outcome<Applied>> commit = store.commit(List.of(create("/b", "")));
        loop.run();

        assertThat(failures).hasSize(1);
        assertThat(commit.toCompletableFuture()).isNotDone();
        reopen(journal.unforced());
        assertThat(await(store.read("/b"))).isInstanceOf(Outcome.Ok.class);
        assertThat(await(store.commit(List.of(create("/c", ""))))).isEqualTo(OK);
    }

    @Test
    void aClosedStoreKnowsNothing() {
        store.close();

        assertThat(await(store.read("/"))).isInstanceOf(Outcome.Unknown.class);
    }

    @Test
    void aJournalThatHasOutgrownTheTreeIsReplacedByASnapshot() {
        await(store.commit(List.of(create("/a", ""))));
        String large = "x".repeat(10_000);
        for (int i = 0; i < 500; i++) {
            await(store.commit(List.of(new StoreWrite.Set("/a", bytes(large + i), i))));
        }

        assertThat(journal.snapshots()).isBetween(1, 5);
        reopen(0);
        assertThat(node("/a").version()).isEqualTo(500);
        assertThat(node("/a").value()).isEqualTo(bytes(large + 499));
    }

    @Test
    void aSnapshotThatWasCutShortIsPassedOver() {
        await(store.commit(List.of(create("/a", "1"))));
        StoreTree tree = new StoreTree();
        tree.restore(new StoreNode("/a", bytes("1"), 0, 1, false));
        journal.records().add(StoreRecords.snapshot(1, tree).getFirst().withSnapshotEnds(false));

        reopen(1);

        assertThat(await(store.commit(List.of(create("/b", ""))))).isEqualTo(OK);
        reopen(0);
        assertThat(node("/a").value()).isEqualTo(bytes("1"));
        assertThat(node("/b").version()).isZero();
    }

    @Test
    void aJournalWithAGapIsNotLoadedAtAll() {
        await(store.commit(List.of(create("/a", ""))));
        await(store.commit(List.of(create("/b", ""))));
        await(store.commit(List.of(create("/c", ""))));
        journal.records().remove(1);

        assertThatThrownBy(this::openAgain)
                .isInstanceOf(DamagedLog.class)
                .hasMessageContaining("change 3 follows change 1");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void aRandomWalkDoesWhatTheModelDoes(long seed) {
        Randomness random = Randomness.seeded(seed);
        TreeModel model = new TreeModel();
        for (int step = 0; step < 400; step++) {
            if (random.nextInt(20) == 0) {
                model = crash(random, model);
            } else {
                List<List<StoreWrite>> commits = new ArrayList<>();
                for (int i = random.nextInt(3); i >= 0; i--) {
                    commits.add(writes(random, model));
                }
                List<CompletionStage<Outcome<Applied>>> answers = new ArrayList<>();
                commits.forEach(writes -> answers.add(store.commit(writes)));
                for (int i = 0; i < commits.size(); i++) {
                    assertThat(await(answers.get(i)))
                            .as("seed %d step %d: %s", seed, step, commits.get(i))
                            .isEqualTo(model.commit(commits.get(i)));
                }
            }
            assertThat(everything()).as("seed %d step %d", seed, step).isEqualTo(model.nodes());
        }
    }

    /// Ends the process while a group of commits is on its way: as many of them as happened are a
    /// prefix.
    private TreeModel crash(Randomness random, TreeModel model) {
        journal.broken = true;
        List<TreeModel> possible = new ArrayList<>(List.of(model));
        for (int i = random.nextInt(4); i > 0; i--) {
            TreeModel next = possible.getLast().copy();
            List<StoreWrite> writes = writes(random, next);
            CompletionStage<Outcome<Applied>> unanswered = store.commit(writes);
            assertThat(unanswered.toCompletableFuture()).isNotDone();
            boolean changes = writes.stream().anyMatch(w -> !(w instanceof StoreWrite.Check));
            if (next.commit(writes).equals(OK) && changes) {
                possible.add(next);
            }
        }
        loop.run();
        int survived = random.nextInt(journal.unforced() + 1);
        reopen(survived);
        TreeModel left = possible.get(survived);
        left.endSession();
        return left;
    }

    private static List<StoreWrite> writes(Randomness random, TreeModel model) {
        List<StoreWrite> writes = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            StringBuilder path = new StringBuilder();
            for (int depth = random.nextInt(3); depth >= 0; depth--) {
                path.append('/').append((char) ('a' + random.nextInt(3)));
            }
            String at = path.toString();
            TreeModel.Node node = model.nodes().get(at);
            int version =
                    random.nextInt(5) == 0
                            ? random.nextInt(4) - 1
                            : node == null ? 0 : node.version();
            ByteBuffer value = bytes("v" + random.nextInt(1000));
            writes.add(
                    switch (random.nextInt(6)) {
                        case 0, 1 -> new StoreWrite.Create(at, value, random.nextInt(8) == 0);
                        case 2, 3 -> new StoreWrite.Set(at, value, version);
                        case 4 -> new StoreWrite.Delete(at, version);
                        default -> new StoreWrite.Check(at, version);
                    });
        }
        return writes;
    }

    /// All nodes, found by walking down from the root.
    private Map<String, TreeModel.Node> everything() {
        Map<String, TreeModel.Node> found = new TreeMap<>();
        List<String> open = new ArrayList<>(List.of(""));
        while (!open.isEmpty()) {
            String path = open.removeLast();
            Outcome<List<String>> names = await(store.children(path.isEmpty() ? "/" : path));
            if (names instanceof Outcome.Ok<List<String>>(List<String> children)) {
                for (String name : children) {
                    StoreNode node = node(path + "/" + name);
                    found.put(
                            node.path(),
                            new TreeModel.Node(
                                    node.value(),
                                    node.version(),
                                    node.creationId(),
                                    node.ephemeral()));
                    open.add(node.path());
                }
            }
        }
        return found;
    }

    private Coordination open() {
        try {
            return openAgain();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Coordination openAgain() throws IOException {
        return LocalCoordination.open(journal, loop, failures::add);
    }

    /// A new process, after one that left `unforced` records more than it had forced.
    private void reopen(int unforced) {
        loop.run();
        journal = journal.crashed(unforced);
        store = open();
    }

    private StoreNode node(String path) {
        return told.node(store, path);
    }

    private <T> T await(CompletionStage<T> stage) {
        return told.await(stage);
    }

    private static StoreWrite create(String path, String value) {
        return new StoreWrite.Create(path, bytes(value));
    }
}
