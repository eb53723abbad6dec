/// Octavo beside Apache Kafka on this machine: `bench/compare`.
///
/// [Compare] reads the command line, [Scale] lists the experiments, [Comparison] alternates the
/// brokers, and each [Experiment] measures one broker each time it is run. What comes out is
/// [Result]s: [Table] shows them, [JsonResults] keeps them, [Charts] draws them. One thread, no
/// state between runs. Read [Comparison] first; the method is in `bench/README.md`.
@NullMarked
package io.octavo.bench;

import org.jspecify.annotations.NullMarked;
