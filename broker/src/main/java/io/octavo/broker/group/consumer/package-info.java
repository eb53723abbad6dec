/// What a consumer group of KIP-848 is, by its records, and what becomes of it: without effects,
/// timers or threads. Begin with [io.octavo.broker.group.consumer.ConsumerState] and
/// [io.octavo.broker.group.consumer.Coordination]. See `docs/design/groups.md`.
@NullMarked
package io.octavo.broker.group.consumer;

import org.jspecify.annotations.NullMarked;
