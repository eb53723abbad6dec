/// Whole programs against each other: our broker as a process, a real Apache Kafka, kcat, Kafka's
/// clients and tools.
///
/// Nothing here looks inside the broker: it is started by `bin/octavo`, spoken to over its socket,
/// stopped by signals, and its files are read by Kafka's own tools. Read [Child] first, then
/// [OctavoProcess] and [ApacheKafka], then a test.
@NullMarked
package io.octavo.system;

import org.jspecify.annotations.NullMarked;
