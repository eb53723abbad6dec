/// The Kafka APIs: one small handler class each, and what handlers and the network agree on.
///
/// The list of handlers that `Node` makes is the API table; what is advertised to clients is
/// computed from it. A new API is a new class here and one line in that list. A handler decides and
/// answers; it owns no thread and no socket.
///
/// Imports the rooms below it (replica, cluster, config, protocol, ports), never the network.
/// Everything is called on the event loop of the connection that sent the request. Read
/// [io.octavo.broker.api.Handler] first, then [io.octavo.broker.api.Reply].
@NullMarked
package io.octavo.broker.api;

import org.jspecify.annotations.NullMarked;
