package io.octavo.log;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// What failed of several things that are all done, whatever becomes of the others. For one thread.
final class Failures {
    private @Nullable Exception first;
    private boolean noSpace;

    interface Work {
        void run() throws IOException;
    }

    /// Does one of them.
    ///
    /// @return what it failed with; null when all went well
    @Nullable IOException collect(Work work) {
        try {
            work.run();
            return null;
        } catch (IOException e) {
            first = first == null ? e : first;
            noSpace |= e instanceof NoSpace;
            return e;
        }
    }

    /// Does one of them, of which a defect too is to keep none of the others from being done.
    ///
    /// @return what it failed with; null when all went well
    @Nullable Exception collectDefects(Work work) {
        try {
            return collect(work);
        } catch (RuntimeException defect) {
            first = first == null ? defect : first;
            return defect;
        }
    }

    boolean any() {
        return first != null;
    }

    /// Whether one of them found the disk full.
    boolean noSpace() {
        return noSpace;
    }

    /// Throws the first failure, if there was one.
    void rethrow() throws IOException {
        switch (first) {
            case null -> {}
            case IOException failed -> throw failed;
            case RuntimeException defect -> throw defect;
            case Exception impossible -> throw new IllegalStateException(impossible);
        }
    }
}
