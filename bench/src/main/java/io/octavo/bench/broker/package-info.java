/// The brokers that are compared, as processes: how each is started, what it uses, how it ends.
///
/// Nothing here knows what is measured. Everything runs on the caller's thread. Read [Broker]
/// first, then [RunningBroker].
@NullMarked
package io.octavo.bench.broker;

import org.jspecify.annotations.NullMarked;
