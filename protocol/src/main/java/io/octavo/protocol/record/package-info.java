/// The record batch, version 2: seen in place, checked, built, compressed, decoded within bounds.
///
/// Imports `protocol.api` for error codes, the JDK and the codec libraries; each of these is loaded
/// when a batch first needs it. No threads: any thread may use anything here, one at a time. Read
/// [RecordBatch] first: it draws the format.
@NullMarked
package io.octavo.protocol.record;

import org.jspecify.annotations.NullMarked;
