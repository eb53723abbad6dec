package io.octavo.broker.cluster;

import io.octavo.broker.cluster.ClusterState.TopicEntry;
import io.octavo.broker.cluster.ClusterState.TopicState;
import io.octavo.broker.cluster.Coordination.Applied;
import io.octavo.broker.cluster.Outcome.Ok;
import io.octavo.broker.cluster.Outcome.Unknown;
import io.octavo.broker.cluster.Store.Proof;
import io.octavo.broker.cluster.Verdict.Done;
import io.octavo.broker.cluster.Verdict.Refused;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.TopicNode;
import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/// Changes topics by compare-and-set. May be called from any thread; results complete on the
/// cluster's loop, once every listener of the cluster has seen the change.
public final class Topics {
    /// A change that meets another's so often in a row is given up; whoever asked may ask again.
    private static final int ATTEMPTS_MAX = 8;

    /// How many partitions are added, or removed, in one commit, beside the topic's own node.
    private static final int STEP_PARTITIONS = Coordination.COMMIT_WRITES_MAX - 2;

    private final Cluster cluster;
    private final Store store;
    private final Map<String, List<Runnable>> beingMade = new HashMap<>();

    /// @param cluster whose store is changed
    public Topics(Cluster cluster) {
        this.cluster = cluster;
        store = cluster.store();
    }

    /// Makes the topic. Refused with `TOPIC_ALREADY_EXISTS`, or `INVALID_TOPIC_EXCEPTION` when its
    /// name collides with another's ([TopicNames#collision]).
    public CompletionStage<Verdict<Topic>> create(NewTopic topic) {
        return ask(answer -> create(topic, answer));
    }

    /// Ends the topic: it is gone for clients at once, and stays in [ClusterView#deleting()] until
    /// [#purged]. Refused with `UNKNOWN_TOPIC_ID`.
    public CompletionStage<Verdict<Uuid>> delete(Uuid id) {
        return ask(answer -> swap(id, 1, deletion(id), answer::complete));
    }

    /// Adds a partition for each of `assignments`; a great many are added in several steps. Refused
    /// with `INVALID_PARTITIONS` when the topic does not have `count` partitions,
    /// `UNKNOWN_TOPIC_ID` when it is gone.
    public CompletionStage<Verdict<Topic>> addPartitions(
            Uuid id, int count, List<List<Integer>> assignments) {
        return ask(answer -> grow(id, count, assignments, answer));
    }

    /// Replaces the topic's own settings by what `change` makes of them. It may be asked more than
    /// once, and may refuse.
    public CompletionStage<Verdict<Topic>> configure(
            Uuid id, Function<Map<String, String>, Verdict<Map<String, String>>> change) {
        return ask(
                answer -> swap(id, 1, configuration(id, change), result -> show(result, answer)));
    }

    /// Says that no directory of a topic in [ClusterView#deleting()] is left on this broker; the
    /// topic is then forgotten. Harmless when it is already.
    public CompletionStage<Verdict<Uuid>> purged(Uuid id) {
        return ask(answer ->
                new TopicPurge(cluster, id, () -> answer.complete(new Done<>(id))).begin());
    }

    /// The refusal of a topic whose name another has.
    public static <T> Verdict<T> exists(String name) {
        return new Refused<>(
                ErrorCode.TOPIC_ALREADY_EXISTS, "There is a topic '" + name + "' already.");
    }

    /// The refusal of a topic whose name collides with another's.
    public static <T> Verdict<T> collides(String name, String other) {
        return new Refused<>(
                ErrorCode.INVALID_TOPIC_EXCEPTION,
                "'"
                        + name
                        + "' and the existing topic '"
                        + other
                        + "' would be the same in metrics, where '.' and '_' are one.");
    }

    private <T> CompletionStage<Verdict<T>> ask(Consumer<CompletableFuture<Verdict<T>>> task) {
        CompletableFuture<Verdict<T>> answer = new CompletableFuture<>();
        cluster.loop().execute(() -> task.accept(answer));
        return answer;
    }

    private void create(NewTopic topic, CompletableFuture<Verdict<Topic>> answer) {
        String name = topic.name();
        List<Runnable> after = beingMade.get(name);
        if (after != null) {
            after.add(() -> create(topic, answer));
            return;
        }
        Set<String> names = cluster.view().topics().keySet();
        if (names.contains(name)) {
            answer.complete(exists(name));
            return;
        }
        String other = TopicNames.collision(name, names);
        other = other == null ? TopicNames.collision(name, beingMade.keySet()) : other;
        if (other != null) {
            answer.complete(collides(name, other));
            return;
        }
        beingMade.put(name, new ArrayList<>());
        new TopicCreation(cluster, topic, result -> created(name, result, answer)).begin();
    }

    private void created(
            String name, TopicCreation.Result result, CompletableFuture<Verdict<Topic>> answer) {
        switch (result) {
            case TopicCreation.Result.Made(Uuid id) ->
                    cluster.rereadTopic(
                            id, () -> finished(name, () -> show(new Done<>(id), answer)));
            case TopicCreation.Result.NameTaken() ->
                    finished(name, () -> answer.complete(exists(name)));
            case TopicCreation.Result.Failed(String reason) ->
                    finished(name, () -> answer.complete(notDone(reason)));
        }
    }

    /// Answers, and lets those go on who wanted a topic of the name while it was being made.
    private void finished(String name, Runnable answer) {
        List<Runnable> after = beingMade.remove(name);
        answer.run();
        if (after != null) {
            after.forEach(Runnable::run);
        }
    }

    private static Step deletion(Uuid id) {
        return (entry, nonce) -> {
            TopicNode node = entry.node();
            TopicNode deleting = node.withState(TopicState.DELETING.code()).withNonce(nonce);
            return new Done<>(
                    List.of(
                            new StoreWrite.Delete(
                                    StorePaths.name(node.name()), StoreWrite.ANY_VERSION),
                            set(id, entry, deleting)));
        };
    }

    private static Step configuration(
            Uuid id, Function<Map<String, String>, Verdict<Map<String, String>>> change) {
        return (entry, nonce) ->
                switch (change.apply(StoreValues.configs(entry.node()))) {
                    case Done<Map<String, String>>(Map<String, String> configs) -> {
                        TopicNode configured =
                                entry.node()
                                        .withConfigs(StoreValues.topicSettings(configs))
                                        .withNonce(nonce);
                        yield new Done<>(List.of(set(id, entry, configured)));
                    }
                    case Refused<Map<String, String>>(ErrorCode error, String message) ->
                            new Refused<>(error, message);
                };
    }

    private void grow(
            Uuid id,
            int count,
            List<List<Integer>> assignments,
            CompletableFuture<Verdict<Topic>> answer) {
        int step = Math.min(STEP_PARTITIONS, assignments.size());
        swap(
                id,
                1,
                growth(id, count, assignments.subList(0, step)),
                result -> {
                    if (result instanceof Done<Uuid> && step < assignments.size()) {
                        List<List<Integer>> rest = assignments.subList(step, assignments.size());
                        grow(id, count + step, rest, answer);
                    } else {
                        show(result, answer);
                    }
                });
    }

    private Step growth(Uuid id, int count, List<List<Integer>> assignments) {
        return (entry, nonce) -> {
            TopicNode node = entry.node();
            if (node.partitions() != count) {
                return new Refused<>(
                        ErrorCode.INVALID_PARTITIONS,
                        "Topic '"
                                + node.name()
                                + "' has "
                                + node.partitions()
                                + " partitions by now.");
            }
            TopicNode grown = node.withPartitions(count + assignments.size()).withNonce(nonce);
            List<StoreWrite> writes = new ArrayList<>();
            writes.add(set(id, entry, grown));
            for (int i = 0; i < assignments.size(); i++) {
                PartitionState state =
                        Placement.initial(count + i, assignments.get(i), cluster.state().brokers());
                writes.add(
                        new StoreWrite.Create(
                                StorePaths.partition(id, count + i),
                                StoreValues.partition(state, cluster.nonce())));
            }
            return new Done<>(writes);
        };
    }

    private static StoreWrite set(Uuid id, TopicEntry entry, TopicNode node) {
        return new StoreWrite.Set(StorePaths.topic(id), StoreValues.encode(node), entry.version());
    }

    /// What is written to turn the topic as it was read into another. It writes the topic's own
    /// node, with the nonce.
    private interface Step {
        Verdict<List<StoreWrite>> writes(TopicEntry entry, long nonce);
    }

    /// A compare-and-set of the topic, made again from a fresh reading while others are faster.
    private void swap(Uuid id, int attempt, Step step, Consumer<Verdict<Uuid>> then) {
        TopicEntry entry = cluster.state().topic(id);
        if (entry == null || entry.state() != TopicState.LIVE) {
            then.accept(gone(id));
            return;
        }
        long nonce = cluster.nonce();
        switch (step.writes(entry, nonce)) {
            case Refused<List<StoreWrite>>(ErrorCode error, String message) ->
                    then.accept(new Refused<>(error, message));
            case Done<List<StoreWrite>>(List<StoreWrite> writes) -> {
                Proof ours =
                        Proof.of(
                                StorePaths.topic(id),
                                node -> StoreValues.decode(node, TopicNode::read).nonce() == nonce);
                store.commit(
                        writes,
                        ours,
                        outcome -> {
                            if (outcome instanceof Unknown<Applied>(String reason)) {
                                then.accept(notDone(reason));
                            } else if (outcome instanceof Ok<Applied>) {
                                cluster.rereadTopic(id, () -> then.accept(new Done<>(id)));
                            } else if (attempt == ATTEMPTS_MAX) {
                                then.accept(notDone("others kept changing the topic"));
                            } else {
                                cluster.rereadTopic(id, () -> swap(id, attempt + 1, step, then));
                            }
                        });
            }
        }
    }

    /// Answers with the topic as every listener has now seen it.
    private void show(Verdict<Uuid> result, CompletableFuture<Verdict<Topic>> answer) {
        switch (result) {
            case Refused<Uuid>(ErrorCode error, String message) ->
                    answer.complete(new Refused<>(error, message));
            case Done<Uuid>(Uuid id) -> {
                Topic topic = cluster.view().topic(id);
                answer.complete(topic == null ? gone(id) : new Done<>(topic));
            }
        }
    }

    private static <T> Verdict<T> gone(Uuid id) {
        return new Refused<>(
                ErrorCode.UNKNOWN_TOPIC_ID, "There is no topic with the id " + id + ".");
    }

    private static <T> Verdict<T> notDone(String reason) {
        return new Refused<>(
                ErrorCode.REQUEST_TIMED_OUT, "Nothing was changed; try again: " + reason);
    }
}
