package io.octavo.broker.cluster;

import io.octavo.broker.cluster.Outcome.Ok;
import io.octavo.broker.cluster.Outcome.Unknown;
import io.octavo.broker.cluster.Store.Proof;
import io.octavo.ports.Randomness;
import io.octavo.protocol.message.BrokerNode;
import io.octavo.protocol.message.ClusterNode;
import io.octavo.protocol.message.ProducerIdsNode;
import io.octavo.protocol.message.RegistrationNode;
import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// How a broker enters the cluster: makes the store's folders if it is the first, learns the
/// cluster's id, and registers. Belongs to the cluster's loop; used once.
///
/// ```
/// read cluster ─ there ─> compatible? ─ yes ─> complete, register: one commit of (ephemeral id, lasting registration)
///      │ not there             │ no                │ id is taken by our own directory: an older run of ours, replaced
///      └> make everything,     └> refused          │ id is taken by another: refused
///         in one commit; again                     └> joined
/// ```
final class Joining {
    /// The layout of [StorePaths].
    private static final short FORMAT_VERSION = 1;

    private static final byte ACTIVE = 0;

    private final Store store;
    private final Registration registration;
    private final Randomness randomness;
    private final Consumer<Result> then;

    /// What came of it.
    sealed interface Result {
        record Joined(String clusterId) implements Result {}

        record Refused(String reason) implements Result {}
    }

    Joining(Store store, Registration registration, Randomness randomness, Consumer<Result> then) {
        this.store = store;
        this.registration = registration;
        this.randomness = randomness;
        this.then = then;
    }

    void begin() {
        store.read(
                StorePaths.CLUSTER,
                outcome -> {
                    if (outcome instanceof Ok<StoreNode>(StoreNode node)) {
                        enter(StoreValues.decode(node, ClusterNode::read));
                    } else {
                        found();
                    }
                });
    }

    /// Makes what every cluster has. Whoever comes second finds it.
    private void found() {
        List<StoreWrite> writes = new ArrayList<>();
        for (String folder : StorePaths.FOLDERS) {
            writes.add(new StoreWrite.Create(folder, StoreValues.EMPTY));
        }
        Uuid id = new Uuid(randomness.nextLong(), randomness.nextLong());
        ClusterNode cluster = new ClusterNode(id.toString(), FORMAT_VERSION, FORMAT_VERSION);
        writes.add(new StoreWrite.Create(StorePaths.CLUSTER, StoreValues.encode(cluster)));
        writes.add(
                new StoreWrite.Create(
                        StorePaths.PRODUCER_IDS, StoreValues.encode(ProducerIdsNode.defaults())));
        Proof anyCluster = Proof.of(StorePaths.CLUSTER, node -> true);
        store.commit(
                writes,
                anyCluster,
                outcome -> {
                    if (outcome instanceof Unknown<?>(String reason)) {
                        refuse("The coordination store cannot be written: " + reason);
                    } else {
                        begin();
                    }
                });
    }

    private void enter(ClusterNode cluster) {
        if (cluster.minCompatible() > FORMAT_VERSION) {
            refuse(
                    "The coordination store was written by a newer version (format "
                            + cluster.formatVersion()
                            + ", readable from "
                            + cluster.minCompatible()
                            + "; this is "
                            + FORMAT_VERSION
                            + "); start that version");
            return;
        }
        complete(cluster.clusterId());
    }

    /// Makes the folder that a store of an earlier version lacks.
    private void complete(String clusterId) {
        String folder = StorePaths.GROUP_CONFIGS;
        store.read(
                folder,
                outcome -> {
                    if (outcome instanceof Ok<StoreNode>) {
                        register(clusterId);
                        return;
                    }
                    store.commit(
                            List.of(new StoreWrite.Create(folder, StoreValues.EMPTY)),
                            Proof.of(folder, node -> true),
                            made -> {
                                if (made instanceof Unknown<?>(String reason)) {
                                    refuse("The coordination store cannot be written: " + reason);
                                } else {
                                    register(clusterId);
                                }
                            });
                });
    }

    private void register(String clusterId) {
        int id = registration.brokerId();
        store.read(
                StorePaths.registration(id),
                lasting ->
                        store.read(
                                StorePaths.broker(id),
                                present -> register(clusterId, lasting, present)));
    }

    private void register(
            String clusterId, Outcome<StoreNode> lasting, Outcome<StoreNode> present) {
        int id = registration.brokerId();
        List<StoreWrite> writes = new ArrayList<>();
        if (present instanceof Ok<StoreNode>(StoreNode node)) {
            Broker other = StoreValues.broker(id, node);
            if (!other.directoryIds().equals(registration.directoryIds())) {
                refuse("node.id " + id + " is in use by the broker at " + other.endpoints());
                return;
            }
            writes.add(new StoreWrite.Delete(node.path(), node.version()));
        }
        writes.add(
                new StoreWrite.Create(
                        StorePaths.broker(id),
                        StoreValues.encode(StoreValues.broker(registration)),
                        true));
        RegistrationNode stays =
                new RegistrationNode(registration.runId(), registration.directoryIds(), ACTIVE);
        writes.add(
                lasting instanceof Ok<StoreNode>(StoreNode node)
                        ? new StoreWrite.Set(node.path(), StoreValues.encode(stays), node.version())
                        : new StoreWrite.Create(
                                StorePaths.registration(id), StoreValues.encode(stays)));
        store.commit(
                writes,
                Proof.of(StorePaths.broker(id), this::isThisRun),
                outcome -> {
                    if (outcome instanceof Ok<?>) {
                        then.accept(new Result.Joined(clusterId));
                    } else if (outcome instanceof Unknown<?>(String reason)) {
                        refuse("The coordination store cannot be written: " + reason);
                    } else {
                        register(clusterId);
                    }
                });
    }

    private boolean isThisRun(StoreNode node) {
        return StoreValues.decode(node, BrokerNode::read).runId().equals(registration.runId());
    }

    private void refuse(String reason) {
        then.accept(new Result.Refused(reason));
    }
}
