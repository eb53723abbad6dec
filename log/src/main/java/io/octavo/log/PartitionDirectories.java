package io.octavo.log;

import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The directories of the logs in a data directory, `<topic>-<partition>`: which there are, what is
/// in them, and how they come and go. Each may be there, or be known to the checkpoint, or both; it
/// goes from both, first from the checkpoint: a log that only the checkpoint knows counts as lost.
///
/// ```
///                    gathered elsewhere ── adopt ──> t-0 ── remove, moved ──> t-0.…-delete ──> Removal
///                                                     │
///                                                     └─ setAside, clear ───> t-0.…-stray ── a day ──> Removal
/// ```
///
/// Safe for any thread; what happens to the log of one name at a time is the caller's to order.
public final class PartitionDirectories {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionDirectories.class);

    private static final Pattern NAME = Pattern.compile(".+-[0-9]+");

    private final DataDirectory directory;
    private final Renames renames;

    PartitionDirectories(DataDirectory directory, Renames renames) {
        this.directory = directory;
        this.renames = renames;
    }

    /// The logs that are here, open or not, by name: `<topic>-<partition>`.
    public Map<String, Presence> names() throws IOException {
        Map<String, Presence> names = new TreeMap<>();
        for (String known : checkpoint().names()) {
            names.put(known, Presence.MISSING);
        }
        for (String name : files().list(directory.root())) {
            if (NAME.matcher(name).matches()) {
                boolean known = names.containsKey(name);
                names.put(name, known ? Presence.KNOWN : Presence.FOUND);
            }
        }
        return names;
    }

    /// Whether there is anything of a log, open or not: records, or a directory at least.
    public boolean hold(String name) {
        return checkpoint().entry(name) != null || files().exists(path(name));
    }

    /// The topic that a log is of; null where nothing says.
    public @Nullable Uuid topicId(String name) throws IOException {
        Checkpoint.Entry known = checkpoint().entry(name);
        return known == null ? PartitionMetadata.read(files(), path(name)) : known.topicId();
    }

    /// How far the checkpoint knows a log to be written; -1 of one that it does not know.
    public long knownEnd(String name) {
        Checkpoint.Entry known = checkpoint().entry(name);
        return known == null ? -1 : known.written().offset();
    }

    /// How often a log was moved to another data directory, as far as the one here knows. Of two
    /// that are known as well, and to the same end, the one that was moved more often is the log.
    public long moves(String name) {
        return MoveCount.read(files(), path(name)).moves();
    }

    /// What the files say of a log's oldest segment that nobody has opened; opens nothing.
    public Oldest oldest(String name) throws IOException {
        return Oldest.inFiles(files(), path(name), directory.clock().wallMs());
    }

    /// Bytes of a log's segments, whether it is open or not; 0 when there are none. Reads the
    /// directory of one that is not open.
    public long sizeBytes(String name) throws IOException {
        Log open = directory.openLog(name);
        return open == null ? SegmentPaths.bytesIn(files(), path(name)) : open.sizeBytes();
    }

    /// How much of a log has to be read to open it, because the checkpoint does not know it.
    public long unknownBytes(String name) throws IOException {
        boolean known = checkpoint().entry(name) != null || !files().exists(path(name));
        return known ? 0 : SegmentPaths.bytesIn(files(), path(name));
    }

    /// The last leader epoch of each log that was adopted and never opened: who leads it has to
    /// begin above. Forgets those that were opened.
    public Map<String, Integer> adopted() throws IOException {
        Map<String, Integer> adopted = AdoptedLogs.read(files(), directory.root());
        if (adopted.keySet().removeIf(name -> checkpoint().entry(name) != null)) {
            AdoptedLogs.write(files(), directory.root(), adopted);
        }
        return adopted;
    }

    /// Removes a log that is not open, whatever is in it: when this returns there is no directory
    /// of its name, and what there was goes by [DataDirectory#remove()]. Nothing happens to what is
    /// of another topic.
    public void delete(String name, Uuid topicId) throws IOException {
        Log open = directory.openLog(name);
        if (open != null && !open.topicId().equals(topicId)) {
            // What was here is out of its way already.
            return;
        }
        Checkpoint.Entry known = closedEntry(name);
        boolean exists = files().exists(path(name));
        if (known == null
                ? exists && PartitionMetadata.belongs(files(), path(name), topicId)
                : known.topicId().equals(topicId)) {
            checkpoint().forget(name);
            if (exists) {
                directory.removal().deleted(path(name), renames.delete(name), List.of());
            }
        }
    }

    /// Whether a directory is one of a log, by what is in it; one with nothing in it is not.
    static boolean isLog(LogFiles files, Path path) throws IOException {
        for (String name : files.list(path)) {
            if (SegmentPaths.offsetOf(name, SegmentPaths.LOG) >= 0
                    || name.equals(PartitionMetadata.FILE)
                    || name.equals(DamageFile.FILE)) {
                return true;
            }
        }
        return false;
    }

    /// Takes directories out of the way that nobody knows, see [#setAside]; and forgets logs that
    /// nobody knows and that are not there. Says which of the others are missing. What only has the
    /// name of a log is somebody else's, and left alone.
    ///
    /// @param known asked after the directories were listed
    public void setAsideUnknown(Supplier<Predicate<String>> known) throws IOException {
        Map<String, Presence> names = names();
        Predicate<String> isKnown = known.get();
        for (Map.Entry<String, Presence> log : names.entrySet()) {
            String name = log.getKey();
            if (directory.openLog(name) != null || isKnown.test(name)) {
                tellOfDamage(name, log.getValue());
                continue;
            }
            if (!files().exists(path(name))) {
                checkpoint().forget(name);
            } else if (!isLog(name)) {
                LOG.warn("{} is no log, and left alone", path(name));
                checkpoint().forget(name);
                directory.isNoLog(name);
            } else {
                LOG.warn(
                        "{} belongs to no topic; it is set aside and removed after {} hours,"
                                + " rename it back to keep it",
                        path(name),
                        Renames.STRAY_HOURS);
                setAside(name);
            }
        }
    }

    /// Has a log opened that is known to be damaged, so that it is counted among those.
    private void tellOfDamage(String name, Presence presence) throws IOException {
        if (presence == Presence.MISSING) {
            LOG.error("{} is missing: what it held is damaged, the rest is served", path(name));
        }
        if (presence == Presence.MISSING || files().exists(path(name).resolve(DamageFile.FILE))) {
            directory.watch().rotten(name);
        }
    }

    private boolean isLog(String name) {
        try {
            return isLog(files(), path(name));
        } catch (IOException noDirectory) {
            return false;
        }
    }

    /// Takes a directory that nobody knows out of the way, under another name; nothing of it is
    /// served any more. It is removed when it was not wanted back for a day.
    public void setAside(String name) throws IOException {
        refuseOpen(name);
        checkpoint().forget(name);
        if (files().exists(path(name))) {
            moveAside(name);
        }
    }

    /// Makes what was deleted or set aside stay so after a power cut. Blocks.
    public void forceNames() throws IOException {
        files().forceDirectory(directory.root());
    }

    /// Takes out of the way of a log that is being opened what has its name and is of another
    /// topic. Where no directory is left, the name is free for good.
    ///
    /// @return whether the log's own is there
    boolean clear(String name, Uuid topicId) throws IOException {
        Checkpoint.Entry known = checkpoint().entry(name);
        if (known != null && !known.topicId().equals(topicId)) {
            checkpoint().forget(name);
            known = null;
        }
        boolean exists = files().exists(path(name));
        if (exists && known == null && !PartitionMetadata.belongs(files(), path(name), topicId)) {
            moveAside(name);
            exists = false;
        }
        if (!exists) {
            renames.force();
        }
        return exists;
    }

    /// What the checkpoint says of a log that is closed; null when it has no records.
    Checkpoint.@Nullable Entry closedEntry(String name) {
        refuseOpen(name);
        return checkpoint().entry(name);
    }

    /// Where a log that comes from another data directory is gathered.
    Path future(String name) {
        return renames.future(name);
    }

    /// The logs that were on their way here when the last run ended, by their names as far as these
    /// were not shortened, and a place for each; once, and when what there was of them is gone, so
    /// that there is room for them.
    public Map<String, Relocation.Place> takeGathered() {
        Map<String, Relocation.Place> places = new HashMap<>();
        if (directory.removal().isIdle()) {
            renames.takeGathered()
                    .forEach((name, path) ->
                            places.put(name, new Relocation.Place(directory, path)));
        }
        return places;
    }

    /// The place of one of them, which is not on its way any more; null where it was not, or was
    /// taken before.
    public Relocation.@Nullable Place takeGathered(String name) {
        Path path = renames.takeGathered(name);
        return path == null ? null : new Relocation.Place(directory, path);
    }

    /// Has what was gathered in `future` removed.
    void giveUp(Path future) {
        directory.removal().foundDirectory(renames.givenUp(future));
    }

    /// Takes a log that was gathered in `future`, for good.
    void adopt(Path future, String name, Checkpoint.Entry entry) throws IOException {
        files().rename(future, path(name));
        files().forceDirectory(directory.root());
        var _ = checkpoint().note(name, () -> entry);
        checkpoint().force();
    }

    /// A closed log is in another data directory from now on, for good.
    void moved(String name) throws IOException {
        checkpoint().forget(name);
        checkpoint().force();
        directory.removal().deleted(path(name), renames.delete(name), List.of());
        files().forceDirectory(directory.root());
    }

    /// A closed log that was to be in another data directory still is here, for good.
    void stays(String name, Checkpoint.Entry entry) throws IOException {
        var _ = checkpoint().note(name, () -> entry);
        checkpoint().force();
    }

    /// Removes the directory of a log that was open until now.
    ///
    /// @param segments those it had at last, which may still be read
    void remove(String name, List<Segment> segments) throws IOException {
        checkpoint().forget(name);
        if (files().exists(path(name))) {
            directory.removal().deleted(path(name), renames.delete(name), segments);
        }
    }

    private void moveAside(String name) throws IOException {
        renames.setAside(name);
        directory.removal().keep(path(name));
    }

    private void refuseOpen(String name) {
        if (directory.openLog(name) != null) {
            throw new IllegalStateException(name + " is open");
        }
    }

    private Path path(String name) {
        return directory.root().resolve(name);
    }

    private OpenFiles files() {
        return directory.files();
    }

    private Checkpoint checkpoint() {
        return directory.checkpointFile();
    }
}
