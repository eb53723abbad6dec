/// The load: clients in processes of their own, the same for every broker, all on Apache's
/// kafka-clients. [Clients] starts them and reads what they found; [Readers], [Producers],
/// [SteadyPace], [WaitingProducers] and [RoundRobinProducer] are such programs; one producer alone
/// is Apache's own ProducerPerformance.
///
/// Imports `measure` not at all and `broker` not at all: a load knows an address and nothing else.
/// Read [Clients] first.
@NullMarked
package io.octavo.bench.load;

import org.jspecify.annotations.NullMarked;
