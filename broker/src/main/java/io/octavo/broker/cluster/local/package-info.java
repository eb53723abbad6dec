/// The coordination store of a single broker: a tree in memory, and a journal of its changes in the
/// broker's own data directory.
///
/// Imports the port it implements, the log, the protocol and the ports. Runs on one loop, which may
/// block while the journal is forced. Read [LocalCoordination] first, then [StoreTree] and
/// [Journal].
@NullMarked
package io.octavo.broker.cluster.local;

import org.jspecify.annotations.NullMarked;
