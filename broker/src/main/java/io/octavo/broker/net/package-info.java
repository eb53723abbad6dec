/// The network: listeners, connections, frames, ordered replies. The only room that knows sockets
/// and Netty.
///
/// ```
///   socket ─> FrameReceiver ─> RequestQueue ─> Dispatcher ─> Handler        (on the connection's event loop,
///   socket <─ ReplySender   <─ RequestQueue <─────────────── Reply           run to completion)
/// ```
///
/// A frame is received into the buffer it stays in, decoded, handled and answered without a thread
/// handoff; the replies of what one wake-up read leave in one flush. There are few event loops: a
/// second one on two cores costs more than it brings (docs/design).
///
/// Imports `broker.api`, `protocol`, `log` (for file slices) and `ports`. Everything of a
/// connection belongs to its [io.octavo.broker.net.NetLoop], but for the right to write the next
/// replies ([io.octavo.broker.net.DirectReplies]); what is shared between loops says so. Read
/// [io.octavo.broker.net.Connection] first.
@NullMarked
package io.octavo.broker.net;

import org.jspecify.annotations.NullMarked;
