/// The primitive types of Kafka's protocol, read and written: integers, varints, strings, byte
/// arrays, lists, tagged fields. No message is known here; they are generated into `.message`.
///
/// May import nothing of Octavo. No threads: a [io.octavo.protocol.wire.Reader] or
/// [io.octavo.protocol.wire.Writer] belongs to whoever made it. Read `Reader` first: what it
/// refuses is what keeps a hostile peer harmless.
@NullMarked
package io.octavo.protocol.wire;

import org.jspecify.annotations.NullMarked;
