/// The rules of the house, executed: which room may import which, and how the code in them is
/// written.
///
/// Reads the modules' classes and sources, never their behaviour. Every rule is also shown a sample
/// that breaks it, and must see it. Read [Rooms] first, then [HouseTest].
@NullMarked
package io.octavo.house;

import org.jspecify.annotations.NullMarked;
