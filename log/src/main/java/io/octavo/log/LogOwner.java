package io.octavo.log;

/// Whoever writes to a log and has its records forced by the directory's syncer, see [Log#ownedBy].
public interface LogOwner {
    /// The log's durable end has moved. Called on one of the syncer's threads, with no lock held;
    /// must not block.
    void forced();
}
