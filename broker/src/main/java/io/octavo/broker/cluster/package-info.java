/// What the brokers of a cluster agree on: who is there, which topics exist, who leads which
/// partition.
///
/// Imports the protocol, the ports and the configuration. Everything that changes runs on the
/// cluster's loop; what it publishes ([ClusterView]) is immutable and read by any thread. Read
/// [Coordination] first, then [ClusterView], then [Cluster].
@NullMarked
package io.octavo.broker.cluster;

import org.jspecify.annotations.NullMarked;
