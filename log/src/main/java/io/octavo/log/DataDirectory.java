package io.octavo.log;

import io.octavo.ports.Clock;
import io.octavo.ports.Deadline;
import io.octavo.ports.Loop;
import io.octavo.ports.Randomness;
import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A directory that holds logs, and what they share: the process that has it ([ThisRun]), the logs'
/// own directories ([PartitionDirectories]), the checkpoint of how far each log is written and
/// durable, the syncer, and the knowledge that the disk has failed. Safe for any thread; only
/// opening the same log twice at a time is the caller's to prevent.
public final class DataDirectory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DataDirectory.class);

    /// Who stops a broker waits for it, and some end it by force when they have waited for long.
    public static final long CLOSE_MS_MAX = 4_000;

    private final Path root;
    private final FailStop failStop;
    private final OpenFiles files;
    private final Clock clock;
    private final ThisRun thisRun;
    private final Checkpoint checkpoint;

    private final Map<String, Log> logs = new ConcurrentHashMap<>();

    private final Removal removal;

    private final Renames renames;
    private final PartitionDirectories partitions;
    private final Syncer syncer = new Syncer(this);
    private final FreeSpace freeSpace;
    private final Durations appendTimes = new Durations();
    private final Scrub scrub = new Scrub(this);
    private final ProducerShare producerShare = new ProducerShare();

    private final Backlog backlog = new Backlog(() -> watch().relieved());
    private volatile Watch watch = new Watch() {};

    private DataDirectory(
            Path root,
            FailStop failStop,
            OpenFiles files,
            Clock clock,
            ThisRun thisRun,
            Checkpoint checkpoint) {
        this.root = root;
        this.failStop = failStop;
        this.files = files;
        this.clock = clock;
        this.thisRun = thisRun;
        this.checkpoint = checkpoint;
        freeSpace = new FreeSpace(files, root);
        removal = new Removal(files, clock);
        renames = new Renames(this, thisRun.id());
        partitions = new PartitionDirectories(this, renames);
    }

    /// Takes the directory for this process, making it if there is none.
    ///
    /// @param randomness for the ids of the directory and of this run
    /// @param bootId what differs after each start of the machine; empty when that is not known
    /// @throws IOException when another process has it, or it cannot be read or written; the
    ///   message is for people
    public static DataDirectory open(
            Path root, LogFiles disk, Clock clock, Randomness randomness, String bootId)
            throws IOException {
        FailStop failStop = new FailStop(disk, root, clock);
        OpenFiles files = new OpenFiles(failStop);
        ThisRun thisRun = ThisRun.begin(files, root, randomness, bootId);
        boolean opened = false;
        try {
            Checkpoint past = Checkpoint.open(files, root, thisRun.directoryId(), bootId);
            DataDirectory directory =
                    new DataDirectory(root, failStop, files, clock, thisRun, past);
            directory.renames.find();
            thisRun.found(directory.partitions.names().keySet());
            opened = true;
            return directory;
        } finally {
            if (!opened) {
                thisRun.close();
            }
        }
    }

    /// A directory that could not be opened, in place of it: it has failed, so that nothing in it
    /// is served and nothing is made in it; nobody knows what it holds.
    public static DataDirectory lost(Path root, LogFiles disk, Clock clock, IOException cause) {
        FailStop failStop = new FailStop(disk, root, clock);
        failStop.lost(cause);
        OpenFiles files = new OpenFiles(failStop);
        Checkpoint unknown = Checkpoint.none(files, root);
        ThisRun nobodys = ThisRun.without(files, root);
        return new DataDirectory(root, failStop, files, clock, nobodys, unknown);
    }

    /// Has the records of logs that have an owner forced, from now on.
    ///
    /// @param threads they block in what they run
    public void start(List<? extends Loop> threads, Watch watch) {
        this.watch = watch;
        failStop.tell(failure -> {
            watch.failed(failure);
            watch.relieved();
        });
        syncer.start(threads);
    }

    /// Hears of the directory's state, on any thread; must not block.
    public interface Watch {
        /// A write or a force has failed: nothing in the directory is acknowledged any more.
        default void failed(IOException failure) {}

        /// The directory is no longer crowded, or has failed: there is nothing to wait for.
        default void relieved() {}

        /// A log that is not open has rotted on the disk; it finds out where once it is opened.
        default void rotten(String log) {}
    }

    /// Forces what somebody waits for, and tells the logs' owners, on the caller's thread: for the
    /// end, when nothing more is appended.
    public void forceDue() throws IOException {
        Failures failures = new Failures();
        for (Log log : logs.values()) {
            var _ = failures.collectDefects(() -> log.groupCommit().forceDue());
        }
        failures.rethrow();
    }

    /// Whether so much is not forced that nothing more should be produced for now.
    public boolean crowded() {
        return failure() == null && backlog.crowded();
    }

    /// How long appends took.
    public Durations appendTimes() {
        return appendTimes;
    }

    /// Sets how much of the disk is kept free of what is produced.
    ///
    /// @param bytes negative for the default: the smaller of a twentieth of the disk and 2 GiB
    public void keepFree(long bytes) throws IOException {
        freeSpace.mark(bytes);
    }

    /// What looks for rot. Its owner calls it now and then, and no more when this is closed.
    public Scrub scrub() {
        return scrub;
    }

    /// Why there is no room for what is produced, for people; null while there is. Any thread.
    public @Nullable String wantOfSpace() {
        return freeSpace.want();
    }

    public Path root() {
        return root;
    }

    /// The directory's own identity, made with it.
    public Uuid id() {
        return thisRun.directoryId();
    }

    public LastRun lastRun() {
        return thisRun.last();
    }

    /// With which others it was used last, as far as that was noted.
    public Companions companions() {
        return Companions.read(files, root);
    }

    /// Notes with which others it is used.
    public void companions(Companions companions) throws IOException {
        companions.write(files, root);
    }

    /// From now on about so many segments stay open, the others are opened when they are used.
    /// Files that replies read from, or with bytes to be forced, may make them more for a while.
    public void limitOpenFiles(int filesMax) {
        files.limit(filesMax);
    }

    /// From now on nobody may produce while so many bytes are not forced, or 64 MiB if that is
    /// more.
    public void limitUnforced(long bytes) {
        backlog.limit(bytes);
    }

    /// Opens a log, recovering it as far as the last run left it unfinished; nothing is made before
    /// its first record. A directory of that name that belongs to another topic id is set aside.
    /// What is found of it is durable. What was and is not there any more is damaged
    /// ([Log#damagedRanges()]).
    ///
    /// @param name the directory's: `<topic>-<partition>`
    /// @throws DamagedLog when so much is torn, of a log that the checkpoint does not know, that
    ///   nobody can tell it from damage
    /// @throws IOException when it cannot be read or written now, or the last log of this name, of
    ///   another topic, is not removed yet
    /// @throws IllegalStateException when it is open already
    public Log log(String name, Uuid topicId, LogConfig config) throws IOException {
        refuseFailed();
        Log log = new Log(this, name, topicId, config);
        Log other = logs.putIfAbsent(name, log);
        if (other != null) {
            if (!other.topicId().equals(topicId)) {
                throw new IOException(name + " of another topic is not removed yet");
            }
            throw new IllegalStateException(name + " is open already");
        }
        boolean opened = false;
        try {
            boolean exists = partitions.clear(name, topicId);
            Checkpoint.Entry known = checkpoint.entry(name);
            if (exists || known != null) {
                new Recovery(log, known).run();
            }
            thisRun.verified(name);
            opened = true;
            scrub.opened(log);
            return log;
        } finally {
            if (!opened) {
                logs.remove(name, log);
            }
        }
    }

    /// How many producers the open logs remember, about.
    long rememberedProducers() {
        return logs.values().stream().mapToLong(log -> log.producers().count()).sum();
    }

    ProducerShare producerShare() {
        return producerShare;
    }

    /// The directories of the logs, open or not, by name.
    public PartitionDirectories partitions() {
        return partitions;
    }

    /// The log of this name, if it is open.
    @Nullable Log openLog(String name) {
        return logs.get(name);
    }

    /// Makes the starts of logs survive a power cut ([Log#advanceStart]). Blocks.
    ///
    /// @param starts those that they have at least
    public void forceStarts(Map<Log, Long> starts) throws IOException {
        refuseFailed();
        for (Map.Entry<Log, Long> one : starts.entrySet()) {
            Log log = one.getKey();
            boolean noted = log.upkeep().run();
            while (!noted) {
                // Segments were being replaced, or the start moved again: that is over by now.
                noted = log.upkeep().run();
            }
            Checkpoint.Entry known = checkpoint.entry(log.name());
            if (one.getValue() > (known == null ? 0 : known.startOffset())) {
                throw new IOException(log.path() + " was closed before its start was noted");
            }
        }
        checkpoint.force();
    }

    /// The room of the file system it is on.
    public DiskSpace space() throws IOException {
        return files.space(root);
    }

    /// Writes down how far the logs are, so that a restart reads no more than what came after;
    /// writes their index entries and producers' states; forces sealed segments; has forced what
    /// nobody waits for. What fails for one log, and passes, keeps none of the others from that.
    /// Blocks: to be called about once a second, by one worker at a time. Costs nothing when
    /// nothing changed.
    ///
    /// @throws IOException the first failure there was
    public void checkpoint() throws IOException {
        refuseFailed();
        syncer.retry();
        Failures failures = new Failures();
        var _ = failures.collect(freeSpace::look);
        syncer.flush(logs.values());
        for (Log log : logs.values()) {
            if (log.upkeep().isDue()) {
                var _ = failures.collectDefects(() -> log.upkeep().run());
            }
        }
        AbortedInMemory.bound(logs.values(), failures);
        refuseFailed();
        var _ = failures.collect(this::writeCheckpoint);
        renames.removeStrays();
        var _ = failures.collect(() -> files.trim(clock));
        if (failures.noSpace()) {
            freeSpace.met();
        }
        failures.rethrow();
    }

    private void writeCheckpoint() throws IOException {
        List<Segment> waiting = removal.noted();
        if (!waiting.isEmpty() || checkpoint.knowsNew()) {
            checkpoint.force();
            removal.forced(waiting);
        } else {
            checkpoint.write();
        }
    }

    /// Removes some of what is part of no log any more, as far as the last [#checkpoint()] knows.
    /// Blocks for a short time: to be called again and again by a worker.
    ///
    /// @return whether there is more to remove now
    public boolean remove() throws IOException {
        refuseFailed();
        renames.force();
        return removal.step();
    }

    /// The failed write or force after which nothing in this directory is acknowledged any more;
    /// null while it works.
    public @Nullable IOException failure() {
        return failStop.failure();
    }

    /// Clean stop: closes every log and says so in the run marker. Nobody may use the logs any
    /// more. Takes [#CLOSE_MS_MAX], and a force.
    @Override
    public void close() throws IOException {
        close(Deadline.after(clock, CLOSE_MS_MAX));
    }

    /// The same. Logs for which there is no time are left as a process that is killed leaves them:
    /// what was promised to be durable is so already.
    public void close(Deadline end) throws IOException {
        Failures failures = new Failures();
        int left = 0;
        for (Log log : logs.values()) {
            if (end.passed(clock)) {
                log.leave();
                left++;
                continue;
            }
            Exception failed = failures.collectDefects(log::close);
            if (failed != null) {
                LOG.error("{} did not close", log.path(), failed);
            }
        }
        if (left > 0) {
            LOG.warn(
                    "{}: {} logs were left unforced, for want of time to force them; a power cut in"
                            + " the next seconds may take their last records",
                    root,
                    left);
        }
        try (thisRun) {
            scrub.close();
            files.close();
            if (failure() == null) {
                checkpoint.force();
            }
            checkpoint.close();
            if (!failures.any() && left == 0 && failure() == null) {
                thisRun.endedClean(partitions::hold);
            }
        }
        failures.rethrow();
    }

    /// What only has the name of a log is not waited for before a stop counts as a clean one.
    void isNoLog(String name) {
        thisRun.verified(name);
    }

    /// How it is and what was done in it.
    public DirectoryFigures figures() {
        Map<String, Integer> damaged = new HashMap<>();
        for (Log log : logs.values()) {
            int ranges = log.damagedRanges().size();
            if (ranges > 0) {
                damaged.put(log.name(), ranges);
            }
        }
        return new DirectoryFigures(
                appendTimes,
                freeSpace.appendedBytes(),
                failStop.forceTimes(),
                backlog.bytes(),
                logs.size(),
                files.count(),
                damaged,
                scrub.readBytes(),
                freeSpace.known());
    }

    ThisRun thisRun() {
        return thisRun;
    }

    Syncer syncer() {
        return syncer;
    }

    Backlog backlog() {
        return backlog;
    }

    FreeSpace freeSpace() {
        return freeSpace;
    }

    OpenFiles files() {
        return files;
    }

    Clock clock() {
        return clock;
    }

    Removal removal() {
        return removal;
    }

    Checkpoint checkpointFile() {
        return checkpoint;
    }

    /// @throws IOException when the directory has failed
    void refuseFailed() throws IOException {
        failStop.refuseFailed();
    }

    /// Takes the directory out of service for what [FailStop] takes to pass.
    ///
    /// @return what to throw
    IOException fail(IOException cause) {
        return failStop.fail(cause);
    }

    /// @param segments those it had, which may still be read
    void closed(Log log, List<Segment> segments) {
        removal.closed(log.path(), segments);
        logs.remove(log.name(), log);
    }

    /// @param segments those it had at last
    void deleted(Log log, List<Segment> segments) throws IOException {
        try {
            partitions.remove(log.name(), segments);
        } catch (IOException later) {
            // Whoever removes it then is to know who still reads it.
            removal.closed(log.path(), segments);
            throw later;
        } finally {
            logs.remove(log.name(), log);
        }
    }

    Watch watch() {
        return watch;
    }
}
