package io.octavo.broker.api;

import io.octavo.broker.cluster.Verdict;
import io.octavo.broker.cluster.Verdict.Refused;
import io.octavo.protocol.api.ErrorCode;

/// What is told to who named a topic by its name.
final class ByName {
    private ByName() {}

    /// A verdict about a topic that was found by its name. It may have gone since, which is seen by
    /// its id: of that the client has said nothing, and may not know the error.
    static <T> Verdict<T> told(Verdict<T> verdict, String name) {
        return verdict instanceof Refused<T>(ErrorCode error, String _)
                        && error == ErrorCode.UNKNOWN_TOPIC_ID
                ? unknown(name)
                : verdict;
    }

    static <T> Refused<T> unknown(String name) {
        return new Refused<>(
                ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "There is no topic '" + name + "'.");
    }
}
