/// What can be set, and what it is set to: Kafka's names, units and defaults.
///
/// Imports the JDK only. Everything here is immutable except [LiveConfig], which is safe for any
/// thread. Read [ConfigDefinition] first, then [BrokerConfig] and [TopicConfig].
@NullMarked
package io.octavo.broker.config;

import org.jspecify.annotations.NullMarked;
