package io.octavo.broker.cluster;

import java.util.List;
import java.util.concurrent.CompletionStage;

/// Where the brokers of a cluster keep what they must agree on: a tree of small versioned nodes, as
/// ZooKeeper has it (Hunt et al., 2010). Paths are absolute, `/`-separated. A parent must exist
/// before its child.
///
/// Every call may be made from any thread and returns at once; its result completes on the store's
/// own loop. Calls of one caller take effect in the order they were made. A result is a value,
/// never an exceptional completion.
///
/// Reads may be stale; what decides is a conditional write. A write whose outcome is
/// [Outcome.Unknown] may have happened, may not have, or may still happen until a following
/// [#sync()] has completed; it is resolved by reading back what it would have left behind (F-11).
public interface Coordination extends AutoCloseable {
    /// The most writes one [#commit] may hold.
    int COMMIT_WRITES_MAX = 64;

    /// The most bytes a node's value may have; the bound that ZooKeeper's own transport sets, with
    /// a reserve.
    int VALUE_BYTES_MAX = 512 * 1024;

    /// The node at `path`: [Outcome.Ok], [Outcome.NoNode] or [Outcome.Unknown].
    CompletionStage<Outcome<StoreNode>> read(String path);

    /// The names (not paths) of the children of `path`, in no order.
    CompletionStage<Outcome<List<String>>> children(String path);

    /// Does all of `writes`, in order, or none. `Ok` once the change can no longer be lost. A
    /// refusal names the path of the first write that did not fit.
    ///
    /// @param writes between 1 and [#COMMIT_WRITES_MAX]
    CompletionStage<Outcome<Applied>> commit(List<StoreWrite> writes);

    /// Completes once reads that follow see at least everything that was committed before this
    /// call.
    CompletionStage<Outcome<Applied>> sync();

    /// Has `watcher` told, on the store's loop, of every later change and session event. At most
    /// one watcher.
    void watch(Watcher watcher);

    /// Ends the session: ephemeral nodes of this process go. Waits for writes under way; later
    /// calls answer `Unknown`.
    @Override
    void close();

    /// That a change or a sync has happened: there is nothing more to say about it.
    enum Applied {
        APPLIED
    }

    /// Who is told. A notice only says what to read again: it may be late, doubled, or (between
    /// sessions) missing.
    interface Watcher {
        /// The node at `path` was created, changed or deleted.
        void changed(String path);

        /// The session to the store changed.
        void session(SessionEvent event);
    }

    /// What may happen to the session.
    enum SessionEvent {
        /// Nothing is known to have changed, and nothing is known not to have (F-9).
        DISCONNECTED,
        /// Connected again: everything must be read again.
        RECONNECTED,
        /// The session and its ephemeral nodes are gone; a new one has begun and is empty.
        EXPIRED
    }
}
