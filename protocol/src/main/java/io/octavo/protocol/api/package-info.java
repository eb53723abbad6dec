/// What surrounds the messages: which APIs exist in which versions ([io.octavo.protocol.api.Api]),
/// and how a broker says no ([io.octavo.protocol.api.ErrorCode]).
///
/// Imports `.wire` only. Immutable values, any thread.
@NullMarked
package io.octavo.protocol.api;

import org.jspecify.annotations.NullMarked;
