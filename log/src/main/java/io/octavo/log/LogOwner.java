package io.octavo.log;

/// Whoever writes to a log and has its records forced by the directory's syncer, see [Log#ownedBy].
/// Called on the syncer's threads and by who writes the checkpoint, with no lock of the log held;
/// must not block.
public interface LogOwner {
    /// The log's durable end has moved.
    void forced();

    /// Runs `work` under the lock under which the log is written to, if that is free now.
    ///
    /// @return whether it was
    boolean exclusively(Runnable work);
}
