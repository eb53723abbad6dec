package io.octavo.broker.cluster;

import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.api.ErrorText;

/// The answer to a wish to change something.
public sealed interface Verdict<T> {
    /// It was done, and every listener has seen it.
    record Done<T>(T value) implements Verdict<T> {}

    /// It was not done; or, with [ErrorCode#REQUEST_TIMED_OUT], nobody can say yet.
    record Refused<T>(ErrorCode error, String message) implements Verdict<T> {
        public Refused {
            message = ErrorText.cut(message);
        }
    }
}
