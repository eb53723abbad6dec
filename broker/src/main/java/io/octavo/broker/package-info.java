/// One node of the cluster: the composition root, the only place that knows every room and wires
/// them together.
///
/// Read [io.octavo.broker.Node] first; its list of handlers is the API table.
@NullMarked
package io.octavo.broker;

import org.jspecify.annotations.NullMarked;
