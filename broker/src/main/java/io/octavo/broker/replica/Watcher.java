package io.octavo.broker.replica;

/// Waits for a partition to change: records became visible, the log was opened or lost, leadership
/// or settings changed, the partition went. Told once; who wants to hear again registers again
/// ([Partition#watch]).
public interface Watcher {
    /// Something changed since the watcher registered. On any thread, with no lock held; must not
    /// block.
    void changed();
}
