package io.octavo.broker.group;

import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.HeartbeatResponse;
import io.octavo.protocol.message.JoinGroupResponse;
import io.octavo.protocol.message.LeaveGroupResponse;
import io.octavo.protocol.message.SyncGroupResponse;
import java.util.List;

/// Answers of the classic protocol that say little else than an error.
final class ClassicAnswers {
    private static final int NO_GENERATION = -1;

    private ClassicAnswers() {}

    static JoinGroupResponse join(String memberId, ErrorCode error) {
        return new JoinGroupResponse(
                0, error.code(), NO_GENERATION, null, null, "", false, memberId, List.of());
    }

    static SyncGroupResponse sync(ErrorCode error) {
        return SyncGroupResponse.defaults().withErrorCode(error.code());
    }

    static HeartbeatResponse heartbeat(ErrorCode error) {
        return HeartbeatResponse.defaults().withErrorCode(error.code());
    }

    static LeaveGroupResponse leave(ErrorCode error) {
        return LeaveGroupResponse.defaults().withErrorCode(error.code());
    }
}
