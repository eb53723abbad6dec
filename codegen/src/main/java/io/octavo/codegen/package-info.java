/// Turns message schemas (the JSON form that Apache Kafka keeps its protocol in) into Java records.
/// A build tool: it runs before `protocol` is compiled and ships nowhere.
///
/// ```
/// X.json ── SchemaReader ──> Schema ── MessageSource ──> X.java
///                            Struct      ├ ReadMethod
///                            Field       └ WriteMethod
/// ```
///
/// Imports Jackson and nothing of Octavo. One thread. Read [io.octavo.codegen.Schema] first.
@NullMarked
package io.octavo.codegen;

import org.jspecify.annotations.NullMarked;
