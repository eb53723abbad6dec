package io.octavo.broker.api;

import io.octavo.broker.cluster.TestCluster;
import io.octavo.protocol.wire.Response;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// What a handler answers, now or once the cluster has done its part.
final class Answers {
    private Answers() {}

    static <R extends Response> R answer(TestCluster cluster, Reply<R> reply) {
        return switch (reply) {
            case Reply.Now<R>(R response) -> response;
            case Later<R> later -> {
                AtomicReference<Reply.@Nullable Settled<R>> settled = new AtomicReference<>();
                later.onSettled(settled::set);
                cluster.loop().run();
                yield answer(cluster, Objects.requireNonNull(settled.get(), "no answer"));
            }
            case Reply.None<R> none -> throw new AssertionError("no answer is ever sent");
            case Reply.Close<R> close -> throw new AssertionError("closed: " + close.reason());
        };
    }
}
