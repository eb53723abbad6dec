package io.octavo.broker.cluster.local;

import io.octavo.protocol.message.StoreChange;
import java.io.IOException;
import java.util.List;

/// Where the changes of the store's tree are kept. For one thread.
///
/// ```
/// start ─> [ part 0 | part 1 | … | last part ] [ change ] [ change ] … end
///            a snapshot, once there was one        numbers without gaps
/// ```
///
/// The journal begins with its first change or with the first part of a snapshot. When it has
/// outgrown the tree, a snapshot is appended and forced, and only then is everything before it
/// given up. A snapshot anywhere else but at the start was cut short or not yet needed: its parts
/// are passed over.
interface Journal {
    /// Everything there is, in order.
    ///
    /// @throws IOException when it cannot be read, or any of it is not what was written
    void replay(Replay into) throws IOException;

    /// Adds the records, all or none. They may be lost until [#force].
    ///
    /// @throws io.octavo.log.NoSpace when the disk is full: none was added
    void append(List<StoreChange> records) throws IOException;

    /// Makes everything appended survive a power cut.
    void force() throws IOException;

    /// Bytes since the last snapshot began.
    long sizeBytes();

    /// Says that a snapshot begins here.
    void snapshotBegins() throws IOException;

    /// Says that the snapshot is complete and forced: what is before it is no longer needed.
    void snapshotEnds();

    /// Takes the records of a journal.
    interface Replay {
        /// @param offset where the record is, for messages
        /// @param first whether it is the first of the journal
        void record(long offset, boolean first, StoreChange record) throws IOException;
    }
}
