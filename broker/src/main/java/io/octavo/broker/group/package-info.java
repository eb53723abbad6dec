/// Consumer groups and the offsets they commit. See `docs/design/groups.md`.
@NullMarked
package io.octavo.broker.group;

import org.jspecify.annotations.NullMarked;
