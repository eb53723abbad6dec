package io.octavo.log;

import io.octavo.ports.Clock;
import io.octavo.ports.Randomness;
import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A directory that holds logs, and what they share: the lock, the run marker, the checkpoint of
/// how far each log is written and durable, and the knowledge that the disk has failed. Safe for
/// any thread.
public final class DataDirectory implements AutoCloseable {
    /// How the run before this one ended.
    public enum LastRun {
        /// There was none.
        NONE,
        CLEAN,
        /// The process ended, the machine did not: what was written is there.
        KILLED,
        /// The machine restarted: what was not forced may be gone.
        MACHINE_RESTARTED
    }

    private DataDirectory() {}

    /// Takes the directory for this process, making it if there is none.
    ///
    /// @param bootId what differs after each start of the machine; empty when that is not known
    /// @throws IOException when another process has it, or it cannot be read or written; the
    ///   message is for people
    public static DataDirectory open(
            Path root, LogFiles files, Clock clock, Randomness randomness, String bootId)
            throws IOException {
        return Unwritten.yet();
    }

    public Path root() {
        return Unwritten.yet();
    }

    /// The directory's own identity, made with it.
    public Uuid id() {
        return Unwritten.yet();
    }

    public LastRun lastRun() {
        return Unwritten.yet();
    }

    /// Opens a log, recovering it as far as the last run left it unfinished; nothing is made before
    /// its first record. A directory of that name that belongs to another topic id is set aside.
    ///
    /// @param name the directory's: `<topic>-<partition>`
    /// @throws DamagedLog when bytes or files that were durable are gone
    /// @throws IllegalStateException when it is open already
    public Log log(String name, Uuid topicId, LogConfig config) throws IOException {
        return Unwritten.yet();
    }

    /// The partition directories there are, open or not: `<topic>-<partition>`.
    public List<String> names() throws IOException {
        return Unwritten.yet();
    }

    /// Renames the directory `<name>` to `<name>.<id>-stray`, out of the way; nothing of it is
    /// served any more.
    public void setAside(String name) throws IOException {
        Unwritten.yet();
    }

    /// Writes down how far the logs are, so that a restart reads no more than what came after;
    /// writes their index entries and producers' states; forces rolled segments; removes what was
    /// deleted. Blocks: to be called about once a second, by one worker at a time. Costs nothing
    /// when nothing changed.
    public void checkpoint() throws IOException {
        Unwritten.yet();
    }

    /// The failed write or force after which nothing in this directory is acknowledged any more;
    /// null while it works.
    public @Nullable IOException failure() {
        return Unwritten.yet();
    }

    /// Clean stop: closes every log and says so in the run marker. Nobody may use the logs any
    /// more.
    @Override
    public void close() throws IOException {
        Unwritten.yet();
    }
}
