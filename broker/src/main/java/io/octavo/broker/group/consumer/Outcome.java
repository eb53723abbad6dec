package io.octavo.broker.group.consumer;

import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.api.ErrorText;
import io.octavo.protocol.message.ConsumerGroupHeartbeatResponse;

/// What a heartbeat comes to.
public sealed interface Outcome {
    /// The member is told an error, and nothing is changed.
    ///
    /// @param message for a person
    record Refused(ErrorCode error, String message) implements Outcome {
        public Refused {
            message = ErrorText.cut(message);
        }

        public ConsumerGroupHeartbeatResponse response() {
            return ConsumerGroupHeartbeatResponse.defaults()
                    .withErrorCode(error.code())
                    .withErrorMessage(message);
        }
    }

    /// The draft is to be committed, and then the member is answered.
    ///
    /// @param memberId who asked; empty if it has left
    record Accepted(Draft draft, String memberId, ConsumerGroupHeartbeatResponse response)
            implements Outcome {}
}
