/// The `octavo` command: one class per verb.
///
/// May import every other room's public types. [Main] dispatches `server` by hand, because a
/// broker's start must not pay for an option parser; every other verb is a picocli command below
/// [Verbs]. Verbs run on the main thread. Read [Main] first.
@NullMarked
package io.octavo.cli;

import org.jspecify.annotations.NullMarked;
