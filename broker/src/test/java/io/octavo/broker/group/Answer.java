package io.octavo.broker.group;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Where an answer arrives: once.
///
/// @param <R> what is answered
final class Answer<R> implements Consumer<R> {
    private @Nullable R response;

    @Override
    public void accept(R given) {
        if (response != null) {
            throw new AssertionError("answered " + response + " and then " + given);
        }
        response = given;
    }

    boolean isGiven() {
        return response != null;
    }

    R response() {
        if (response == null) {
            throw new AssertionError("not answered");
        }
        return response;
    }
}
