package io.octavo.broker.api;

import io.octavo.protocol.api.Api;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.FindCoordinatorRequest;
import io.octavo.protocol.message.FindCoordinatorResponse;
import io.octavo.protocol.message.FindCoordinatorResponse.Coordinator;
import java.util.ArrayList;
import java.util.List;

/// FindCoordinator: which broker looks after a group or a transactional id. No broker of this
/// version does.
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

    @Override
    public Api<FindCoordinatorRequest, FindCoordinatorResponse> api() {
        return FindCoordinatorRequest.API;
    }

    @Override
    public Reply<FindCoordinatorResponse> handle(
            FindCoordinatorRequest request, RequestContext context) {
        boolean known = known(request.keyType(), context.apiVersion());
        ErrorCode error = known ? ErrorCode.COORDINATOR_NOT_AVAILABLE : ErrorCode.INVALID_REQUEST;
        String message = known ? absent(request.keyType()) : unknown(request.keyType());
        FindCoordinatorResponse response = FindCoordinatorResponse.defaults();
        if (context.apiVersion() < KEYS_FROM) {
            return new Reply.Now<>(
                    response.withErrorCode(error.code())
                            .withErrorMessage(message)
                            .withNodeId(NO_BROKER)
                            .withPort(NO_BROKER));
        }
        List<Coordinator> coordinators = new ArrayList<>(request.coordinatorKeys().size());
        for (String key : request.coordinatorKeys()) {
            coordinators.add(new Coordinator(key, NO_BROKER, "", NO_BROKER, error.code(), message));
        }
        return new Reply.Now<>(response.withCoordinators(coordinators));
    }

    private static boolean known(byte keyType, int version) {
        return keyType == GROUP
                || keyType == TRANSACTION
                || (keyType == SHARE && version >= SHARE_FROM);
    }

    private static String absent(byte keyType) {
        return keyType == TRANSACTION
                ? "This version of Octavo has no transactions."
                : "This version of Octavo has no consumer groups: assign partitions to the consumer"
                        + " instead of subscribing.";
    }

    private static String unknown(byte keyType) {
        return "There is no coordinator of the kind " + keyType + ".";
    }
}
