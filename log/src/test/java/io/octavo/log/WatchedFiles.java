package io.octavo.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// The machine's files; a test is told before a file is written and after it was forced, and may
/// fail it or do something meanwhile.
final class WatchedFiles extends ForwardingFiles {
    private static final Watch NOTHING = _ -> {};

    Watch beforeWrite = NOTHING;
    Watch afterForce = NOTHING;

    interface Watch {
        void see(Path path) throws IOException;
    }

    WatchedFiles() {
        super(LogFiles.system());
    }

    void watchNothing() {
        beforeWrite = NOTHING;
        afterForce = NOTHING;
    }

    @Override
    public LogFile open(Path path, Mode mode) throws IOException {
        return new Watched(super.open(path, mode));
    }

    /// Whatever the machine's has.
    @Override
    public DiskSpace space(Path directory) {
        return DiskSpace.PLENTY;
    }

    private final class Watched extends ForwardingFile {
        Watched(LogFile file) {
            super(file);
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            beforeWrite.see(path());
            super.write(from, position);
        }

        @Override
        public void force() throws IOException {
            super.force();
            afterForce.see(path());
        }
    }
}
