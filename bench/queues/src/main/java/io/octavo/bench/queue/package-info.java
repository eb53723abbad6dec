/// Producers and consumers for brokers that do not speak Kafka's protocol, on these brokers' own
/// clients: the counterparts of the load programs in `io.octavo.bench.load`, which also start them.
///
/// Imports of the bench only what a load program is given and what it prints. Each is a process of
/// its own. Read [RabbitMqProducer] first.
@NullMarked
package io.octavo.bench.queue;

import org.jspecify.annotations.NullMarked;
