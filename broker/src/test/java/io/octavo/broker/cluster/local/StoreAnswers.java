package io.octavo.broker.cluster.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.octavo.broker.cluster.Coordination;
import io.octavo.broker.cluster.Coordination.Applied;
import io.octavo.broker.cluster.Outcome;
import io.octavo.broker.cluster.StoreNode;
import io.octavo.ports.ManualLoop;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// What a store answers when its loop runs.
///
/// @param loop the store's
record StoreAnswers(ManualLoop loop) {
    static final Outcome<Applied> OK = new Outcome.Ok<>(Applied.APPLIED);

    <T> T await(CompletionStage<T> stage) {
        AtomicReference<@Nullable T> result = new AtomicReference<>();
        stage.thenAccept(result::set);
        loop.run();
        return Objects.requireNonNull(result.get(), "no answer");
    }

    /// A node that there is.
    StoreNode node(Coordination store, String path) {
        if (await(store.read(path)) instanceof Outcome.Ok<StoreNode>(StoreNode node)) {
            return node;
        }
        throw new AssertionError("no node " + path);
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8)).asReadOnlyBuffer();
    }
}
