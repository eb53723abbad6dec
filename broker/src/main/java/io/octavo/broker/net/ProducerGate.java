package io.octavo.broker.net;

import java.util.function.BooleanSupplier;

/// Whether connections that produce are not to be read, because the disks do not keep up with what
/// was received. Safe for any thread.
final class ProducerGate {
    private volatile BooleanSupplier shutWhile = () -> false;

    /// @param condition asked each time, on the event loops; [Network#resumeProducers()] is called
    ///   when it ends
    void shutWhile(BooleanSupplier condition) {
        shutWhile = condition;
    }

    boolean shut() {
        return shutWhile.getAsBoolean();
    }
}
