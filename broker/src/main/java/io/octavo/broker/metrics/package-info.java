/// What the operator sees: numbers that the rooms keep anyway, told when somebody looks. The only
/// room that knows Prometheus; nothing of it is loaded where `octavo.metrics.listener` is not set.
///
/// ```
///   GET /metrics ─> MetricsServer ─> Metrics ─> each room's source ─> Reading ─> text
/// ```
///
/// Imports nothing of ours; a room tells its numbers to a [io.octavo.broker.metrics.Reading].
/// Sources are asked on the server's threads. Read [io.octavo.broker.metrics.Metrics] first.
@NullMarked
package io.octavo.broker.metrics;

import org.jspecify.annotations.NullMarked;
