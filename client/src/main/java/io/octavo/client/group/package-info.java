/// A consumer that is a member of a group, by KIP-848 or by the classic protocol.
///
/// ```
/// application ──> GroupConsumer ──> Consumer (fetches)
///                      │  ^
///             gave up  v  │ assignment
///                    Member ──> Coordinator ──> broker
///                      │            ^
///                      v            │ ask
///                  Membership: what the member is, and what it says next
/// ```
///
/// Imports `client`, `ports`, `protocol` and the JDK. A [Membership] is a state machine without
/// threads, timers or sockets; [Member] drives one on the client's loop; [GroupConsumer] belongs to
/// the application's thread. Read [Membership] first.
@NullMarked
package io.octavo.client.group;

import org.jspecify.annotations.NullMarked;
