package io.octavo.client.group;

import io.octavo.client.ClientException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// What a future that is done has come to.
final class Completed {
    private Completed() {}

    /// @throws ClientException as the future failed
    static <T> T of(CompletableFuture<T> done) {
        try {
            return done.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof ClientException known) {
                throw known;
            }
            throw e;
        }
    }
}
