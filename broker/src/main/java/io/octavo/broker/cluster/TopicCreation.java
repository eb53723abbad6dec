package io.octavo.broker.cluster;

import io.octavo.broker.cluster.ClusterState.TopicState;
import io.octavo.broker.cluster.Outcome.NodeExists;
import io.octavo.broker.cluster.Outcome.Ok;
import io.octavo.broker.cluster.Outcome.Unknown;
import io.octavo.broker.cluster.Store.Proof;
import io.octavo.protocol.message.TopicNameNode;
import io.octavo.protocol.message.TopicNode;
import io.octavo.protocol.wire.Uuid;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Makes one topic. Belongs to the cluster's loop; used once.
///
/// ```
/// few partitions     [ topic LIVE, p, p/0 … p/n, name ]                               one commit
/// many               [ topic CREATING, p, p/0 … ] [ p/… ] … [ name, topic LIVE ]      only the last one is seen
/// ```
///
/// The topic's id is new with each creation, so that any of its nodes proves that the commit which
/// made it has happened.
final class TopicCreation {
    /// How many partitions fit into a commit beside the topic, its folder and its name.
    private static final int STEP_PARTITIONS = Coordination.COMMIT_WRITES_MAX - 3;

    private final Cluster cluster;
    private final NewTopic topic;
    private final Uuid id;
    private final Consumer<Result> then;

    /// What came of it.
    sealed interface Result {
        record Made(Uuid id) implements Result {}

        record NameTaken() implements Result {}

        record Failed(String reason) implements Result {}
    }

    TopicCreation(Cluster cluster, NewTopic topic, Consumer<Result> then) {
        this.cluster = cluster;
        this.topic = topic;
        this.then = then;
        id = newId();
    }

    void begin() {
        boolean atOnce = topic.assignments().size() <= STEP_PARTITIONS;
        TopicState state = atOnce ? TopicState.LIVE : TopicState.CREATING;
        List<StoreWrite> writes = new ArrayList<>();
        writes.add(new StoreWrite.Create(StorePaths.topic(id), node(state)));
        writes.add(new StoreWrite.Create(StorePaths.partitions(id), StoreValues.EMPTY));
        int next = addPartitions(writes, 0);
        if (atOnce) {
            writes.add(name());
        }
        Runnable rest = atOnce ? () -> then.accept(new Result.Made(id)) : () -> goOn(next);
        commit(writes, Proof.of(StorePaths.topic(id), node -> true), rest);
    }

    private void goOn(int from) {
        List<StoreWrite> writes = new ArrayList<>();
        if (from < topic.assignments().size()) {
            int next = addPartitions(writes, from);
            Proof last = Proof.of(StorePaths.partition(id, next - 1), node -> true);
            commit(writes, last, () -> goOn(next));
            return;
        }
        writes.add(name());
        writes.add(new StoreWrite.Set(StorePaths.topic(id), node(TopicState.LIVE), 0));
        Proof named = Proof.of(StorePaths.name(topic.name()), this::isOurs);
        commit(writes, named, () -> then.accept(new Result.Made(id)));
    }

    private void commit(List<StoreWrite> writes, Proof proof, Runnable rest) {
        cluster.store()
                .commit(
                        writes,
                        proof,
                        outcome -> {
                            switch (outcome) {
                                case Ok<?> ok -> rest.run();
                                case NodeExists<?> exists -> then.accept(new Result.NameTaken());
                                case Unknown<?>(String reason) ->
                                        then.accept(new Result.Failed(reason));
                                case Outcome.NoNode<?>(String path) -> throw unexpected(path);
                                case Outcome.BadVersion<?>(String path) -> throw unexpected(path);
                            }
                        });
    }

    private IllegalStateException unexpected(String path) {
        return new IllegalStateException(
                path + " is not as topic " + topic.name() + ", which is being made, left it");
    }

    private int addPartitions(List<StoreWrite> writes, int from) {
        int to = Math.min(from + STEP_PARTITIONS, topic.assignments().size());
        for (int index = from; index < to; index++) {
            PartitionState state =
                    Placement.initial(
                            index, topic.assignments().get(index), cluster.state().brokers());
            writes.add(
                    new StoreWrite.Create(
                            StorePaths.partition(id, index),
                            StoreValues.partition(state, cluster.nonce())));
        }
        return to;
    }

    private StoreWrite name() {
        return new StoreWrite.Create(
                StorePaths.name(topic.name()), StoreValues.encode(new TopicNameNode(id)));
    }

    private boolean isOurs(StoreNode node) {
        return StoreValues.decode(node, TopicNameNode::read).topicId().equals(id);
    }

    private ByteBuffer node(TopicState state) {
        int self = cluster.brokerId();
        Broker broker = cluster.state().brokers().get(self);
        return StoreValues.encode(
                new TopicNode(
                        topic.name(),
                        state.code(),
                        topic.internal(),
                        topic.assignments().size(),
                        self,
                        broker == null ? 0 : broker.incarnation(),
                        StoreValues.topicSettings(topic.configs()),
                        cluster.nonce()));
    }

    /// An id that nobody has; never one whose text begins with a dash, which command lines take for
    /// an option.
    private Uuid newId() {
        while (true) {
            Uuid random = new Uuid(cluster.nonce(), cluster.nonce());
            if (!random.equals(Uuid.ZERO) && !random.toString().startsWith("-")) {
                return random;
            }
        }
    }
}
