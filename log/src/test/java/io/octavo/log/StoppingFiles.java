package io.octavo.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The machine's files, which a process changes only so often before it is stopped: from then on
/// every change fails.
final class StoppingFiles extends UnforcedFiles {
    /// How many changes are let through.
    private int left = Integer.MAX_VALUE;

    private int done;

    private @Nullable Runnable beforeNext;

    /// What tells a stop from a fault of the test.
    static final class Stopped extends IOException {
        private static final long serialVersionUID = 1L;
    }

    void stopAfter(int changes) {
        left = changes;
        done = 0;
    }

    void goOn() {
        left = Integer.MAX_VALUE;
    }

    /// Has something happen before the next change.
    void beforeNext(Runnable what) {
        beforeNext = what;
    }

    /// How many changes there were since [#stopAfter].
    int changes() {
        return done;
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        change();
        super.rename(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
        change();
        super.delete(path);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        change();
    }

    @Override
    void writing(Path path, ByteBuffer from, long position) throws IOException {
        change();
    }

    @Override
    void forcing(Path path) throws IOException {
        change();
    }

    private void change() throws IOException {
        Runnable now = beforeNext;
        beforeNext = null;
        if (now != null) {
            now.run();
        }
        if (left == 0) {
            throw new Stopped();
        }
        left--;
        done++;
    }
}
