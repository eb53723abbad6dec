/// What is measured and how figures are condensed: the kernel's accounting of processes, and the
/// medians, spreads and ratios of repeated runs.
///
/// Imports nothing of the bench. Everything runs on the caller's thread. Read [Figure] first, then
/// [ProcessUse].
@NullMarked
package io.octavo.bench.measure;

import org.jspecify.annotations.NullMarked;
