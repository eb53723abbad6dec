package io.octavo.broker.cluster;

import io.octavo.broker.cluster.ClusterState.TopicEntry;
import io.octavo.broker.cluster.Store.Proof;
import io.octavo.broker.config.LiveConfig;
import io.octavo.broker.config.TopicConfig;
import io.octavo.protocol.message.PartitionNode;
import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// This broker's proposals of itself as the leader of partitions, see [Election]. Belongs to the
/// cluster's loop.
///
/// ```
/// topic was read ──> propose ──> every commit answered ──> the topic is read ──> haveShown
///                       └────────── notices are held ─┘                          │
///                       └────────── nothing else is proposed for the topic ──────┘
/// ```
///
/// Whatever came of a proposal shows when its partition is read.
final class Proposals {
    private final Cluster cluster;
    private final LiveConfig config;
    private final BiConsumer<Uuid, Stale> answered;

    /// Topics that are not to be proposed for: what came of this broker's proposals is not read
    /// yet.
    private final Set<Uuid> proposing = new HashSet<>();

    /// What notices say of topics for which proposals are under way: it is read when all are
    /// answered, rather than once now and once then.
    private final Map<Uuid, Stale> held = new HashMap<>();

    /// By `<topic>-<partition>`.
    private Map<String, Integer> epochsTaken = Map.of();

    /// @param answered told what is to be read of a topic now, all proposals for which are
    ///   answered; a round of reading that may have begun before does not do
    Proposals(Cluster cluster, LiveConfig config, BiConsumer<Uuid, Stale> answered) {
        this.cluster = cluster;
        this.config = config;
        this.answered = answered;
    }

    /// As for [Cluster#adopted].
    void adopted(Map<String, Integer> lastEpochs) {
        epochsTaken = Map.copyOf(lastEpochs);
    }

    /// Whether there are none of which it is to be seen yet what came of them.
    boolean isEmpty() {
        return proposing.isEmpty();
    }

    /// What came of those for these topics was read.
    void haveShown(Collection<Uuid> topics) {
        proposing.removeAll(topics);
    }

    /// Where to note what is to be read again of a topic for which proposals are under way; null
    /// when there are none.
    @Nullable Stale held(Uuid topic) {
        return held.get(topic);
    }

    /// Proposes this broker wherever it is the one to lead; not while an earlier proposal for the
    /// topic is under way, after which the topic is looked at again.
    void propose(Set<Uuid> topics) {
        for (Uuid id : topics) {
            TopicEntry entry = cluster.state().topic(id);
            if (entry != null
                    && entry.state() == ClusterState.TopicState.LIVE
                    && !proposing.contains(id)) {
                List<PartitionState> proposals = of(entry);
                if (!proposals.isEmpty()) {
                    propose(id, proposals);
                }
            }
        }
    }

    private List<PartitionState> of(TopicEntry entry) {
        int insyncMin =
                TopicConfig.of(StoreValues.configs(entry.node()), config.current())
                        .insyncReplicasMin();
        List<PartitionState> proposals = new ArrayList<>();
        for (PartitionState partition : entry.partitions()) {
            PartitionState next =
                    Election.propose(
                            partition, cluster.state().brokers(), cluster.brokerId(), insyncMin);
            if (next != null) {
                String name = entry.node().name() + "-" + next.index();
                proposals.add(Election.above(next, epochsTaken.getOrDefault(name, -1)));
            }
        }
        return proposals;
    }

    private void propose(Uuid topic, List<PartitionState> proposals) {
        proposing.add(topic);
        held.put(topic, new Stale());
        int commits =
                (proposals.size() + Coordination.COMMIT_WRITES_MAX - 1)
                        / Coordination.COMMIT_WRITES_MAX;
        Countdown all = new Countdown(commits, () -> proposed(topic, proposals));
        for (int from = 0; from < proposals.size(); from += Coordination.COMMIT_WRITES_MAX) {
            int to = Math.min(from + Coordination.COMMIT_WRITES_MAX, proposals.size());
            commit(topic, proposals.subList(from, to), all);
        }
    }

    private void commit(Uuid topic, List<PartitionState> proposals, Countdown then) {
        long nonce = cluster.nonce();
        List<StoreWrite> writes = new ArrayList<>(proposals.size());
        for (PartitionState next : proposals) {
            writes.add(
                    new StoreWrite.Set(
                            StorePaths.partition(topic, next.index()),
                            StoreValues.partition(next, nonce),
                            next.version()));
        }
        Proof ours =
                Proof.of(
                        writes.getFirst().path(),
                        node -> StoreValues.decode(node, PartitionNode::read).nonce() == nonce);
        cluster.store().commit(writes, ours, outcome -> then.down());
    }

    private void proposed(Uuid topic, List<PartitionState> proposals) {
        Stale stale = new Stale();
        Stale noticed = held.remove(topic);
        if (noticed != null) {
            stale.addAll(noticed);
        }
        proposals.forEach(next -> stale.addPartition(next.index()));
        answered.accept(topic, stale);
    }
}
