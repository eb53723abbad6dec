package io.octavo.broker.cluster;

import java.util.function.Function;

/// What came of a call on [Coordination].
public sealed interface Outcome<T> {
    /// It happened.
    record Ok<T>(T value) implements Outcome<T> {}

    /// The node at `path` is not as the caller believed: another version, or a node to be deleted
    /// has children.
    record BadVersion<T>(String path) implements Outcome<T> {}

    /// There is no node at `path`.
    record NoNode<T>(String path) implements Outcome<T> {}

    /// There is a node at `path` already.
    record NodeExists<T>(String path) implements Outcome<T> {}

    /// Nobody can say: a write may or may not have happened, a read did not come back.
    record Unknown<T>(String reason) implements Outcome<T> {}

    /// The same outcome with another value.
    default <R> Outcome<R> map(Function<? super T, ? extends R> change) {
        return switch (this) {
            case Ok<T>(T value) -> new Ok<>(change.apply(value));
            case BadVersion<T>(String path) -> new BadVersion<>(path);
            case NoNode<T>(String path) -> new NoNode<>(path);
            case NodeExists<T>(String path) -> new NodeExists<>(path);
            case Unknown<T>(String reason) -> new Unknown<>(reason);
        };
    }
}
