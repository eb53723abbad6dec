@NullMarked
package io.octavo.log;

import org.jspecify.annotations.NullMarked;
