package io.octavo.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts the copy of a closed log in the place of the original, once all of it is in another data
/// directory for good. Until one of the two is gone their [MoveCount]s tell which is the log.
///
/// ```
///  copy: one move more ─> adopt ─> original goes ────────────────────────────> the copy is the log
///                           │          └─ fails ─> original: two more             ^
///                           └─ fails ──────┐          │   └─ fails ─> copy: three ┘
///                                          v          v
///                             original: two more ─> copy goes ────> the original is the log
/// ```
///
/// Nothing is put into an original whose disk has failed: then the copy is what there will be.
///
/// For one thread, which may block.
final class Handover {
    private static final Logger LOG = LoggerFactory.getLogger(Handover.class);

    private final Log source;
    private final DataDirectory origin;
    private final DataDirectory target;
    private final Path future;
    private final MoveCount before;

    /// @param source closed
    /// @param future where in the target all of it is, forced but for the names
    Handover(Log source, DataDirectory target, Path future) {
        this.source = source;
        this.target = target;
        this.future = future;
        origin = source.directory();
        before = MoveCount.read(origin.files(), source.path());
    }

    /// Does it. When this returns the log is in the target, whatever is left of the original.
    ///
    /// @param entry what the original's checkpoint says
    /// @throws IOException when the original still is the log
    void run(Checkpoint.Entry entry) throws IOException {
        before.plus(1).write(target.files(), future);
        target.files().forceDirectory(future);
        try {
            target.partitions().adopt(future, source.name(), entry);
        } catch (IOException failed) {
            boolean said = stays(entry, failed);
            if (said || origin.failure() == null) {
                displace(failed);
            }
            throw failed;
        }
        leave(entry);
    }

    /// Removes the original. If it cannot be taken out of its place it stays the log, where that
    /// can be said for good.
    private void leave(Checkpoint.Entry entry) throws IOException {
        try {
            removeOriginal();
        } catch (IOException failed) {
            if (origin.files().exists(source.path())) {
                if (stays(entry, failed)) {
                    displace(failed);
                    throw failed;
                }
                outdo(failed);
            }
            LOG.warn(
                    "{} is not removed for good yet; {} is in {} now",
                    source.path(),
                    source.name(),
                    target.root(),
                    failed);
        }
    }

    /// A full disk is a reason to move what is on it.
    private void removeOriginal() throws IOException {
        try {
            origin.partitions().moved(source.name());
        } catch (NoSpace full) {
            LOG.warn("{}; the reserve is given up", full.getMessage());
            origin.freeSpace().giveUpReserve();
            origin.partitions().moved(source.name());
        }
    }

    /// Says for good that the original is the log, even where the copy cannot be taken out of the
    /// way.
    ///
    /// @return whether that is said
    private boolean stays(Checkpoint.Entry entry, IOException failed) {
        if (origin.failure() != null) {
            return false;
        }
        try {
            origin.partitions().stays(source.name(), entry);
            before.plus(2).write(origin.files(), source.path());
            return true;
        } catch (IOException unsaid) {
            failed.addSuppressed(unsaid);
            return false;
        }
    }

    /// Says that the copy is the log, whatever the original could still say of itself.
    private void outdo(IOException failed) {
        origin.checkpointFile().forget(source.name());
        try {
            before.plus(3).write(target.files(), target.root().resolve(source.name()));
        } catch (IOException unsaid) {
            failed.addSuppressed(unsaid);
        }
    }

    /// Takes the copy out of the log's place for good.
    private void displace(IOException failed) {
        try {
            target.partitions().remove(source.name(), List.of());
            target.partitions().forceNames();
            target.checkpointFile().force();
        } catch (IOException remains) {
            failed.addSuppressed(remains);
        }
    }
}
