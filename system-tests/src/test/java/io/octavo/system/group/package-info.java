/// Groups of our broker beside those of a real Apache Kafka: both are asked the same, and the
/// answers are compared.
///
/// Read [io.octavo.system.group.GroupDifferentialTest] first, then
/// [io.octavo.system.group.GroupPair].
@NullMarked
package io.octavo.system.group;

import org.jspecify.annotations.NullMarked;
