/// Which partitions the members of a consumer group should have: pure functions of who subscribes
/// to what. Begin with [io.octavo.broker.group.assignor.Assignor].
@NullMarked
package io.octavo.broker.group.assignor;

import org.jspecify.annotations.NullMarked;
