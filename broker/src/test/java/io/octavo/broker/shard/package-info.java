@NullMarked
package io.octavo.broker.shard;

import org.jspecify.annotations.NullMarked;
