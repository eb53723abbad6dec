package io.octavo.log;

import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The directories in a data directory that are no log's any more, or not yet: under names which no
/// other has.
///
/// ```
/// <topic>-<partition>.<run>-<n>-delete   of a log that was deleted: goes
/// <topic>-<partition>.<run>-<n>-stray    nobody's: kept for a day, for who wants it back
/// <topic>-<partition>.<run>-<n>-future   gathered from another data directory (Relocation); of an
///                                        earlier run: goes, when there is an empty one in its place
/// ```
///
/// `<topic>-<partition>.adopting`, which an adoption left that was killed, goes, too.
///
/// The run and a number tell apart what was of one name, and long names that are shortened. Safe
/// for any thread.
final class Renames {
    /// How long what was set aside is kept. By the monotonic clock of one run: each run begins
    /// anew, so that no clock set wrong takes the time away in which somebody may want it back.
    static final int STRAY_HOURS = 24;

    private static final Logger LOG = LoggerFactory.getLogger(Renames.class);

    private static final String DELETE = "-delete";
    private static final String STRAY = "-stray";
    private static final String FUTURE = "-future";

    /// What runs before have named so: the log's name comes first, and last what has become of it.
    private static final Pattern RENAMED =
            Pattern.compile("(.+)\\.[^.]+-[0-9]+(" + DELETE + "|" + STRAY + "|" + FUTURE + ")");

    private static final long HOUR_MS = 3_600_000;

    /// What file systems allow.
    private static final int NAME_CHARS_MAX = 255;

    private final DataDirectory directory;
    private final Uuid runId;
    private final AtomicInteger numberNext = new AtomicInteger();

    /// The logs that were being gathered when the last run ended, and where they can be now.
    private final Map<String, Path> gathered = new ConcurrentHashMap<>();

    /// What was set aside, and since when this run knows of it, by the monotonic clock.
    private final Map<Path, Long> strays = new ConcurrentHashMap<>();

    /// Whether some renames may be lost in a power cut. Before it is known for good that a name is
    /// free, nothing is put there; before it is known whose files are to go, none goes.
    private final AtomicBoolean unforced = new AtomicBoolean();

    Renames(DataDirectory directory, Uuid runId) {
        this.directory = directory;
        this.runId = runId;
    }

    /// Takes note of what earlier runs left.
    void find() throws IOException {
        Map<String, List<Path>> futures = new HashMap<>();
        for (String name : directory.files().list(directory.root())) {
            Path path = directory.root().resolve(name);
            if (name.endsWith(Adoption.ADOPTING)) {
                directory.removal().foundDirectory(path);
            }
            Matcher renamed = RENAMED.matcher(name);
            if (!renamed.matches()) {
                continue;
            }
            if (renamed.group(2).equals(STRAY)) {
                strays.put(path, directory.clock().millis());
                continue;
            }
            if (renamed.group(2).equals(FUTURE)) {
                futures.computeIfAbsent(renamed.group(1), _ -> new ArrayList<>()).add(path);
            } else {
                directory.removal().foundDirectory(path);
            }
        }
        futures.forEach(this::gatherAnew);
    }

    /// What was gathered goes. Whenever this run ends, there is a future directory by which the
    /// next one knows.
    private void gatherAnew(String name, List<Path> before) {
        Path anew = future(name);
        while (before.contains(anew)) {
            anew = future(name);
        }
        try {
            directory.files().createDirectory(anew);
            gathered.put(name, anew);
        } catch (IOException none) {
            LOG.warn("{} is not moved to {} any more", name, directory.root(), none);
        }
        before.forEach(path -> directory.removal().foundDirectory(givenUp(path)));
    }

    /// Gives a log's directory the name of one that was deleted, and returns it.
    Path delete(String name) throws IOException {
        return rename(name, DELETE);
    }

    /// Takes a directory out of the way that is nobody's.
    void setAside(String name) throws IOException {
        strays.put(rename(name, STRAY), directory.clock().millis());
    }

    /// A name for a log that is gathered.
    Path future(String name) {
        return renamed(name, FUTURE);
    }

    /// What was gathered and is not wanted any more: the next start does not begin anew with it.
    ///
    /// @return what it is called now
    Path givenUp(Path future) {
        try {
            return rename(String.valueOf(future.getFileName()), DELETE);
        } catch (IOException stays) {
            LOG.warn("{} is not renamed: the next start gathers it again", future, stays);
            return future;
        }
    }

    /// The logs that were being gathered when the last run ended, and where they can be now; once.
    Map<String, Path> takeGathered() {
        Map<String, Path> taken = new HashMap<>();
        for (String name : gathered.keySet()) {
            Path path = takeGathered(name);
            if (path != null) {
                taken.put(name, path);
            }
        }
        return taken;
    }

    /// The same, of one log; null where it was not.
    @Nullable Path takeGathered(String name) {
        return gathered.remove(name);
    }

    /// Makes all renames survive a power cut. Blocks.
    void force() throws IOException {
        if (unforced.getAndSet(false)) {
            boolean forced = false;
            try {
                directory.partitions().forceNames();
                forced = true;
            } finally {
                if (!forced) {
                    unforced.set(true);
                }
            }
        }
    }

    /// Has those removed that were set aside long ago.
    void removeStrays() {
        long nowMs = directory.clock().millis();
        strays.forEach((path, sinceMs) -> {
            if (nowMs - sinceMs >= STRAY_HOURS * HOUR_MS) {
                strays.remove(path);
                removeStray(path);
            }
        });
    }

    private void removeStray(Path path) {
        try {
            if (PartitionDirectories.isLog(directory.files(), path)) {
                LOG.warn("{} was set aside and not wanted back; it is removed", path);
                directory.removal().foundDirectory(delete(String.valueOf(path.getFileName())));
            } else {
                LOG.warn("{} was set aside; it is no log, and left there", path);
            }
        } catch (IOException stays) {
            LOG.warn("{} was set aside, and cannot be removed", path, stays);
        }
    }

    private Path rename(String name, String suffix) throws IOException {
        Path path = directory.root().resolve(name);
        Path renamed = renamed(name, suffix);
        directory.files().rename(path, renamed);
        unforced.set(true);
        LOG.info("{} is now {}", path, renamed.getFileName());
        return renamed;
    }

    private Path renamed(String name, String suffix) {
        String ending = "." + runId + "-" + numberNext.getAndIncrement() + suffix;
        String begin = name.substring(0, Math.min(name.length(), NAME_CHARS_MAX - ending.length()));
        return directory.root().resolve(begin + ending);
    }
}
