package io.octavo.broker.cluster;

import io.octavo.broker.cluster.Coordination.Applied;
import io.octavo.broker.cluster.Outcome.Ok;
import io.octavo.broker.cluster.Outcome.Unknown;
import io.octavo.broker.cluster.Store.Proof;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.ProducerIdsNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Hands out producer ids, each once in the life of the cluster (I-4). Ids are reserved in blocks,
/// by compare-and-set; a block is used once its reservation is confirmed, and what is left of it is
/// lost when the process ends.
public final class ProducerIds {
    /// As Apache Kafka's: a restart wastes little, and a storm of new producers needs few writes.
    private static final int BLOCK_IDS = 1_000;

    private final Cluster cluster;
    private final Deque<CompletableFuture<Verdict<Long>>> waiting = new ArrayDeque<>();
    private long next;
    private long end;
    private boolean reserving;

    public ProducerIds(Cluster cluster) {
        this.cluster = cluster;
    }

    /// The next id. May be called from any thread; completes on the cluster's loop. Refused with
    /// `COORDINATOR_NOT_AVAILABLE`, to be asked again, when no block could be reserved.
    public CompletionStage<Verdict<Long>> next() {
        CompletableFuture<Verdict<Long>> answer = new CompletableFuture<>();
        cluster.loop()
                .execute(() -> {
                    waiting.add(answer);
                    serve();
                });
        return answer;
    }

    private void serve() {
        while (!waiting.isEmpty() && next < end) {
            waiting.remove().complete(new Verdict.Done<>(next++));
        }
        if (!waiting.isEmpty() && !reserving) {
            reserving = true;
            cluster.store().read(StorePaths.PRODUCER_IDS, this::reserve);
        }
    }

    private void reserve(Outcome<StoreNode> read) {
        if (!(read instanceof Ok<StoreNode>(StoreNode node))) {
            throw new IllegalStateException("no node " + StorePaths.PRODUCER_IDS + ": " + read);
        }
        long first = StoreValues.decode(node, ProducerIdsNode::read).next();
        long nonce = cluster.nonce();
        ProducerIdsNode reserved = new ProducerIdsNode(first + BLOCK_IDS, nonce);
        cluster.store()
                .commit(
                        List.of(
                                new StoreWrite.Set(
                                        node.path(), StoreValues.encode(reserved), node.version())),
                        Proof.of(
                                node.path(),
                                found ->
                                        StoreValues.decode(found, ProducerIdsNode::read).nonce()
                                                == nonce),
                        outcome -> reserved(outcome, first));
    }

    private void reserved(Outcome<Applied> outcome, long first) {
        reserving = false;
        if (outcome instanceof Ok<Applied>) {
            next = first;
            end = first + BLOCK_IDS;
        } else if (outcome instanceof Unknown<Applied>(String reason)) {
            while (!waiting.isEmpty()) {
                waiting.remove()
                        .complete(
                                new Verdict.Refused<>(
                                        ErrorCode.COORDINATOR_NOT_AVAILABLE,
                                        "No producer ids can be reserved: " + reason));
            }
        }
        // Else somebody else was faster: read again.
        serve();
    }
}
