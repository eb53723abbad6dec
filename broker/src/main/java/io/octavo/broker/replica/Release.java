package io.octavo.broker.replica;

import io.octavo.log.Log;
import java.util.function.Consumer;

/// Takes a log out of use, so that it can move.
final class Release extends Step {
    private final LazyLog lazyLog;
    private final Log log;
    private final Consumer<Boolean> released;
    private boolean done;

    /// @param released told, with no lock held, whether the log is the caller's now
    Release(Partition partition, LazyLog lazyLog, Log log, Consumer<Boolean> released) {
        super(partition);
        this.lazyLog = lazyLog;
        this.log = log;
        this.released = released;
    }

    @Override
    void run() {
        done = lazyLog.release(log);
    }

    @Override
    void after() {
        super.after();
        released.accept(done);
    }
}
