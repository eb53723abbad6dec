package io.octavo.broker.api;

import io.octavo.protocol.wire.Response;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A reply that is settled later, once, from any thread; or never, when its connection goes away
/// before.
///
/// The monitor of this object guards its fields and is held for nothing else: nobody is called
/// under it, so settle it when no lock of yours is held.
///
/// @param <R> the response
public final class Later<R extends Response> implements Reply<R> {
    private Reply.@Nullable Settled<R> settled;
    private @Nullable Consumer<? super Reply.Settled<R>> receiver;
    private @Nullable Runnable abandonedAction;
    private boolean abandoned;

    /// Settles the reply with a response.
    ///
    /// @return whether it was the first; if not, the response was not taken and stays the caller's
    public boolean complete(R response) {
        return settle(new Reply.Now<>(response));
    }

    /// Settles the reply.
    ///
    /// @return whether it was the first; if not, `reply` was not taken and stays the caller's
    public boolean settle(Reply.Settled<R> reply) {
        Consumer<? super Reply.Settled<R>> told;
        synchronized (this) {
            if (settled != null) {
                return false;
            }
            settled = reply;
            told = receiver;
            abandonedAction = null;
        }
        if (told != null) {
            told.accept(reply);
        }
        return true;
    }

    /// Names what to do when the connection goes away first, to forget what waits for it. Runs at
    /// most once: on the connection's event loop, or at once when the connection is gone already.
    /// Not after the reply is settled. The reply may still be settled afterwards; where the request
    /// has records, it must be (or [RequestContext#recordsDone()] be called), because their frame
    /// is kept until then.
    public void onAbandoned(Runnable action) {
        synchronized (this) {
            if (settled != null) {
                return;
            }
            if (!abandoned) {
                abandonedAction = action;
                return;
            }
        }
        action.run();
    }

    /// For the network: names who takes the settled reply, called once, at once if it is settled
    /// already, on the thread that settles it.
    public void onSettled(Consumer<? super Reply.Settled<R>> receiver) {
        Reply.Settled<R> known;
        synchronized (this) {
            this.receiver = receiver;
            known = settled;
        }
        if (known != null) {
            receiver.accept(known);
        }
    }

    /// For the network: the connection is gone. Harmless when the reply is settled.
    public void abandon() {
        Runnable action;
        synchronized (this) {
            if (settled != null || abandoned) {
                return;
            }
            abandoned = true;
            action = abandonedAction;
            abandonedAction = null;
        }
        if (action != null) {
            action.run();
        }
    }
}
