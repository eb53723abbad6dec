/// Every message of the protocol, as immutable records: **generated** by `codegen` at build time
/// from the JSON schemas of Apache Kafka (one record per file there) and from our own in
/// `src/main/schema`.
///
/// Requests carry their `API` (key, versions, readers). A message is read with `X.read(reader,
/// version)`, made with `X.defaults().withField(..)` and written with `write(writer, version)`.
/// Lists are not copied: who passes one in does not change it afterwards. Lists that were read
/// cannot be changed.
///
/// Imports `.wire` and `.api` only. Nothing is written by hand here but this file.
@NullMarked
package io.octavo.protocol.message;

import org.jspecify.annotations.NullMarked;
