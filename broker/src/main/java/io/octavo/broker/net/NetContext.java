package io.octavo.broker.net;

import io.octavo.broker.api.DiskReaders;
import io.octavo.ports.Clock;
import java.util.function.Consumer;

/// What every connection of a node shares. All of it is immutable or safe for any thread.
///
/// @param fatal told of what a process does not survive, on the thread that saw it; does not return
///   in a broker
record NetContext(
        NetConfig config,
        Transport transport,
        Closings closings,
        Dispatcher dispatcher,
        FrameBudget budget,
        UnsentBudget unsent,
        Admission admission,
        DiskReaders readers,
        Clock clock,
        NetLog log,
        ProducerGate gate,
        Consumer<Throwable> fatal) {}
