/// A live broker against peers that mean it no good, or know no better.
///
/// Read [io.octavo.system.hostile.HostileFramesTest] first.
@NullMarked
package io.octavo.system.hostile;

import org.jspecify.annotations.NullMarked;
