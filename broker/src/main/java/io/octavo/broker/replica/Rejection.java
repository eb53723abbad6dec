package io.octavo.broker.replica;

import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.api.ErrorText;
import io.octavo.protocol.record.BatchCheck;
import java.util.List;

/// Why a batch was not appended.
///
/// @param message the values that decided, for people
/// @param records the records that are to blame (KIP-467); empty where the batch as a whole is
public record Rejection(ErrorCode error, String message, List<BatchCheck.RecordError> records) {
    public Rejection {
        message = ErrorText.cut(message);
    }

    public Rejection(ErrorCode error, String message) {
        this(error, message, List.of());
    }

    /// Whether single records are to blame.
    public boolean namesRecords() {
        return !records.isEmpty();
    }
}
