/// What every room may touch: time, loops and randomness, as ports.
///
/// Imports nothing but the JDK. Nothing here owns a thread except [SystemLoop]. Read [Clock] first,
/// then [Loop].
@NullMarked
package io.octavo.ports;

import org.jspecify.annotations.NullMarked;
