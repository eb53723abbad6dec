/// The client: a connection, and on it a producer, a consumer by assignment and an admin. Members
/// of groups are in [io.octavo.client.group], above it.
///
/// Imports `ports`, `protocol` and the JDK; no Netty. One loop thread per [Client] does all input
/// and output and owns everything mutable except what a class names; an application's threads hand
/// it tasks. Read [Client] first, then [Connection], which replication uses too.
@NullMarked
package io.octavo.client;

import org.jspecify.annotations.NullMarked;
