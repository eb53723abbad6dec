package io.octavo.broker.api;

import io.octavo.protocol.wire.Response;
import java.util.ArrayList;
import java.util.List;

/// Looks into what handlers return.
final class Replies {
    private Replies() {}

    /// The response that was given at once.
    static <R extends Response> R now(Reply<R> reply) {
        if (reply instanceof Reply.Now<R>(R response)) {
            return response;
        }
        throw new AssertionError("not answered: " + reply);
    }

    /// The promise of a response.
    static <R extends Response> Later<R> later(Reply<R> reply) {
        if (reply instanceof Later<R> later) {
            return later;
        }
        throw new AssertionError("answered: " + reply);
    }

    static <R extends Response> boolean settled(Later<R> later) {
        return !settledReplies(later).isEmpty();
    }

    /// The response that was promised.
    static <R extends Response> R kept(Later<R> later) {
        if (!settled(later)) {
            throw new AssertionError("not settled");
        }
        return now(settledReplies(later).getFirst());
    }

    private static <R extends Response> List<Reply.Settled<R>> settledReplies(Later<R> later) {
        List<Reply.Settled<R>> replies = new ArrayList<>();
        later.onSettled(replies::add);
        return replies;
    }
}
