/// The experiment of the 2011 Kafka paper's section 5 on this machine: ten million messages of 200
/// bytes from one producer, then to one consumer, through Octavo, Apache Kafka, RabbitMQ and
/// ActiveMQ.
///
/// [Paper] is the command. [Contenders] lists who takes part, [Trial] runs one of them once, and
/// [Rounds] holds what came of it; [Claims], [Report] and [Drawings] say it to people. Everything
/// runs on the caller's thread.
@NullMarked
package io.octavo.bench.paper;

import org.jspecify.annotations.NullMarked;
