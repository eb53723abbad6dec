/// Octavo beside Apache Kafka on this machine: `bench/compare`.
///
/// [Compare] reads the command line, [Comparison] alternates the brokers, the experiments
/// ([StartAndIdle], [ProduceCost], [ReadCost], [PacedLatency]) measure one broker each time they
/// are run, and [Table] and [JsonResults] show what was found. One thread, no state between runs.
/// Read [Comparison] first; the method is in `bench/README.md`.
@NullMarked
package io.octavo.bench;

import org.jspecify.annotations.NullMarked;
