package io.octavo.broker.api;

import io.octavo.broker.cluster.ClusterView;
import io.octavo.broker.cluster.PartitionState;
import io.octavo.broker.cluster.Topic;
import io.octavo.broker.cluster.Verdict;
import io.octavo.broker.cluster.Verdict.Done;
import io.octavo.broker.cluster.Verdict.Refused;
import io.octavo.broker.shard.Shards;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.FindCoordinatorRequest;
import io.octavo.protocol.message.FindCoordinatorResponse;
import io.octavo.protocol.message.FindCoordinatorResponse.Coordinator;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// FindCoordinator: which broker looks after a group: the leader of the partition that the group is
/// kept in. The first who asks has the topic made.
public final class FindCoordinatorHandler
        implements Handler<FindCoordinatorRequest, FindCoordinatorResponse> {
    /// From this version on several keys are asked for at once.
    private static final int KEYS_FROM = 4;

    /// From this version on share groups may be asked for.
    private static final int SHARE_FROM = 6;

    private static final byte GROUP = 0;
    private static final byte TRANSACTION = 1;
    private static final byte SHARE = 2;

    private static final int NO_BROKER = -1;

    private final OffsetsTopic offsets;
    private final Leaders leaders;

    public FindCoordinatorHandler(OffsetsTopic offsets, Supplier<ClusterView> view) {
        this.offsets = offsets;
        leaders = new Leaders(view);
    }

    @Override
    public Api<FindCoordinatorRequest, FindCoordinatorResponse> api() {
        return FindCoordinatorRequest.API;
    }

    @Override
    public Reply<FindCoordinatorResponse> handle(
            FindCoordinatorRequest request, RequestContext context) {
        boolean several = context.apiVersion() >= KEYS_FROM;
        List<String> keys = several ? request.coordinatorKeys() : List.of(request.key());
        if (request.keyType() != GROUP) {
            return new Reply.Now<>(answer(several, refused(request.keyType(), keys, context)));
        }
        return Gathering.reply(
                List.of(offsets.get()),
                topic -> answer(several, coordinators(topic.getFirst(), keys, context)));
    }

    private static FindCoordinatorResponse answer(boolean several, List<Coordinator> coordinators) {
        FindCoordinatorResponse response = FindCoordinatorResponse.defaults();
        if (several) {
            return response.withCoordinators(coordinators);
        }
        Coordinator one = coordinators.getFirst();
        return response.withErrorCode(one.errorCode())
                .withErrorMessage(one.errorMessage())
                .withNodeId(one.nodeId())
                .withHost(one.host())
                .withPort(one.port());
    }

    private List<Coordinator> coordinators(
            Verdict<Topic> topic, List<String> keys, RequestContext context) {
        List<Coordinator> all = new ArrayList<>(keys.size());
        for (String key : keys) {
            all.add(
                    switch (topic) {
                        case Done<Topic>(Topic offsetsTopic) -> of(offsetsTopic, key, context);
                        case Refused<Topic>(ErrorCode _, String message) ->
                                absent(key, ErrorCode.COORDINATOR_NOT_AVAILABLE, message);
                    });
        }
        return all;
    }

    private Coordinator of(Topic topic, String key, RequestContext context) {
        PartitionState partition =
                topic.partitions().get(Shards.partition(key, topic.partitions().size()));
        Leaders.Node node = leaders.node(partition.leader(), context);
        return node == null
                ? absent(
                        key,
                        ErrorCode.COORDINATOR_NOT_AVAILABLE,
                        "No broker leads " + topic.name() + "-" + partition.index() + " now.")
                : new Coordinator(
                        key, node.id(), node.host(), node.port(), ErrorCode.NONE.code(), "");
    }

    private static List<Coordinator> refused(
            byte keyType, List<String> keys, RequestContext context) {
        boolean known =
                keyType == TRANSACTION || (keyType == SHARE && context.apiVersion() >= SHARE_FROM);
        ErrorCode error = known ? ErrorCode.COORDINATOR_NOT_AVAILABLE : ErrorCode.INVALID_REQUEST;
        String message =
                known
                        ? "This version of Octavo has no "
                                + (keyType == TRANSACTION ? "transactions." : "share groups.")
                        : "There is no coordinator of the kind " + keyType + ".";
        return keys.stream().map(key -> absent(key, error, message)).toList();
    }

    private static Coordinator absent(String key, ErrorCode error, String message) {
        return new Coordinator(key, NO_BROKER, "", NO_BROKER, error.code(), message);
    }
}
