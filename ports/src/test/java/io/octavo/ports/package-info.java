/// Fakes of the ports for every room's tests, and the tests of the real ones.
@NullMarked
package io.octavo.ports;

import org.jspecify.annotations.NullMarked;
