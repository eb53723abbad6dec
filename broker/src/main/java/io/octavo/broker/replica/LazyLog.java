package io.octavo.broker.replica;

import io.octavo.log.DamagedLog;
import io.octavo.log.Log;
import io.octavo.log.LogConfig;
import io.octavo.log.Oldest;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A partition's log, opened when it is first needed. Opening may read much, so it is done on a
/// worker.
///
/// ```
///                           <── it moves
/// CLOSED ── demand ──> OPENING ──> OPEN ── its disk failed ──> OFFLINE
///    │                  ^ │ └──── could not be opened ──────────^ │
///    │                  └─│─ demand, a while later, if it may pass┤
///    └────────────────────┴────────── leave ──> GONE <────────────┘
/// ```
///
/// Safe for any thread.
final class LazyLog {
    private static final Logger LOGGER = LoggerFactory.getLogger(LazyLog.class);

    /// How long a log that could not be opened is left alone, at first and at most.
    static final long RETRY_MS_MIN = 1_000;

    private static final long RETRY_MS_MAX = 64_000;

    /// A log of which more has to be read is opened beside the others, which do not wait for it.
    static final long LARGE_BYTES = 64 << 20;

    private static final AtomicReferenceFieldUpdater<LazyLog, Stage> STAGE =
            AtomicReferenceFieldUpdater.newUpdater(LazyLog.class, Stage.class, "stage");

    private final String name;
    private final Uuid topicId;
    private final Owner owner;
    private volatile Storage storage;
    private volatile Stage stage = Stage.Closed.CLOSED;
    private volatile LogConfig config;

    /// What is known of a log that was not opened yet. The worker's.
    private @Nullable Oldest oldest;

    /// How long it is left alone when it cannot be opened the next time. Who opens it has it.
    private long retryMs = RETRY_MS_MIN;

    /// @param name the directory's
    LazyLog(Storage storage, String name, Uuid topicId, LogConfig config, Owner owner) {
        this.storage = storage;
        this.name = name;
        this.topicId = topicId;
        this.config = config;
        this.owner = owner;
    }

    /// The log, while it is open.
    @Nullable Log log() {
        return stage instanceof Stage.Open(Log log) ? log : null;
    }

    /// Where it is, or will be.
    Storage storage() {
        return storage;
    }

    /// Takes the log out of use, because it moves to another directory. Call under the partition's
    /// lock, so that nobody appends to it any more.
    ///
    /// @return whether it is the caller's now, to be followed by [#openIn]
    boolean release(Log log) {
        return stage instanceof Stage.Open open
                && open.log == log
                && become(open, Stage.Opening.OPENING);
    }

    /// After [#release]: opens it where it is now. On the worker of the storage it came from, where
    /// it is deleted too.
    void openIn(Storage next) {
        storage = next;
        open();
    }

    /// Whether nothing is to be waited for: it is open, or will not be.
    boolean settled() {
        return !(stage instanceof Stage.Pending);
    }

    /// Whether it cannot be opened, or its disk has failed.
    boolean offline() {
        return stage instanceof Stage.Offline;
    }

    /// Whether it was left.
    boolean gone() {
        return stage instanceof Stage.Gone;
    }

    /// Whether it was left, and what requests have got since.
    boolean left(ErrorCode error) {
        return stage instanceof Stage.Gone(ErrorCode told) && told == error;
    }

    /// Why there is no log, once [#settled()].
    @Nullable Rejection refusal() {
        return switch (stage) {
            case Stage.Open _ -> null;
            case Stage.Gone(ErrorCode error) ->
                    new Rejection(error, name + " is no longer served here");
            case Stage.Offline(String reason, Log _, boolean _) ->
                    new Rejection(ErrorCode.KAFKA_STORAGE_ERROR, reason);
            case Stage.Pending _ ->
                    new Rejection(ErrorCode.NOT_LEADER_OR_FOLLOWER, name + " is being opened");
        };
    }

    /// Why nothing more may wait for the log, which is being opened; null where it may.
    @Nullable Rejection crowded() {
        if (settled() || !storage.givenUp().many()) {
            return null;
        }
        demand();
        return new Rejection(
                ErrorCode.NOT_ENOUGH_REPLICAS,
                name + " is being opened, and too much was given up that waits for that");
    }

    /// Opens the log, unless that is done, under way, or has failed just now.
    void demand() {
        Stage now = stage;
        boolean wanted =
                now == Stage.Closed.CLOSED || (now instanceof Stage.Offline offline && offline.due);
        if (wanted && become(now, Stage.Opening.OPENING)) {
            storage.worker().execute(this::open);
        }
    }

    /// Opens a log that nobody has asked for, because some of it may have expired, and closes it
    /// again. On the worker.
    ///
    /// @param nowMs the wall clock's time
    /// @param work what is done with it
    /// @return whether that was worth it
    boolean visitExpired(long nowMs, Work work) throws IOException {
        if (stage != Stage.Closed.CLOSED) {
            return false;
        }
        Oldest known = oldest;
        if (known == null) {
            known = storage.directory().partitions().oldest(name);
            oldest = known;
        }
        if (!known.expired(config.retention(), nowMs)) {
            return false;
        }
        if (isLarge()) {
            // Opened beside the others; the next time, it is open.
            demand();
            return false;
        }
        Log log = storage.directory().log(name, topicId, config);
        try {
            owner.opening(log);
            work.with(log);
            oldest = log.oldest();
        } finally {
            log.close();
        }
        return true;
    }

    /// What the log is opened with from now on; one that is open has to be told by itself.
    void configure(LogConfig config) {
        this.config = config;
    }

    LogConfig config() {
        return config;
    }

    /// A read or write failed. If that puts its directory out of service, the log is not used any
    /// more; a want of descriptors passes.
    ///
    /// @return whether the log is out of service
    boolean fail(Log log, IOException failure) {
        if (storage.directory().failure() == null) {
            LOGGER.warn("{}: {}, tried again when asked", name, failure.toString());
            return false;
        }
        String reason = "the log of " + name + " failed: " + failure.getMessage();
        if (stage instanceof Stage.Open open
                && open.log == log
                && become(open, new Stage.Offline(reason, log, false))) {
            LOGGER.error("{}", reason);
        }
        return true;
    }

    /// Ends it, for good.
    ///
    /// @param error what requests get from now on
    /// @return the log, if it was open; it is the caller's now
    @Nullable Log leave(ErrorCode error) {
        Stage last = stage;
        while (!become(last, new Stage.Gone(error))) {
            last = stage;
        }
        return switch (last) {
            case Stage.Open(Log log) -> log;
            case Stage.Offline(String _, Log log, boolean _) -> log;
            case Stage.Gone _, Stage.Pending _ -> null;
        };
    }

    /// After [#leave]: removes what is on disk, on the worker, whether it can be opened or not.
    ///
    /// @param log what `leave` returned
    /// @param done told on the worker when nothing is left under the directory's name
    void delete(@Nullable Log log, Runnable done) {
        storage.worker().execute(() -> remove(log, done, RETRY_MS_MIN));
    }

    /// Fails, too, while another worker still opens the log where it is, because it moved
    /// meanwhile.
    ///
    /// @param againMs when it is tried again, if it fails for what may pass
    private void remove(@Nullable Log log, Runnable done, long againMs) {
        try {
            if (log == null) {
                storage.directory().partitions().delete(name, topicId);
            } else {
                log.delete();
            }
        } catch (IOException | IllegalStateException failure) {
            if (storage.directory().failure() == null) {
                LOGGER.error(
                        "{} could not be deleted, tried again in {} s",
                        name,
                        againMs / 1000,
                        againMs == RETRY_MS_MIN ? failure : null);
                long nextMs = Math.min(2 * againMs, RETRY_MS_MAX);
                // The log is closed now, whatever its directory is.
                var _ = storage.worker().schedule(againMs, () -> remove(null, done, nextMs));
                return;
            }
            LOGGER.error(
                    "{} could not be deleted, and is set aside when its data directory is back",
                    name,
                    failure);
        }
        done.run();
    }

    private void open() {
        if (takesLong()) {
            storage.opener().execute(this::openNow);
        } else {
            openNow();
        }
    }

    private boolean takesLong() {
        return stage == Stage.Opening.OPENING && isLarge();
    }

    /// Whether much of it has to be read to open it.
    private boolean isLarge() {
        try {
            return storage.directory().partitions().unknownBytes(name) > LARGE_BYTES;
        } catch (IOException met) {
            // Who opens it meets that, too.
            return false;
        }
    }

    private void openNow() {
        if (stage != Stage.Opening.OPENING) {
            return;
        }
        try {
            Log log = storage.directory().log(name, topicId, config);
            owner.opening(log);
            if (!become(Stage.Opening.OPENING, new Stage.Open(log))) {
                log.close();
                return;
            }
            retryMs = RETRY_MS_MIN;
            IOException failed = storage.directory().failure();
            if (failed != null) {
                fail(log, failed);
            }
        } catch (IOException | RuntimeException failure) {
            unopened(failure);
        }
        owner.opened();
    }

    private void unopened(Exception failure) {
        String reason = "the log of " + name + " could not be opened: " + failure.getMessage();
        Stage offline = new Stage.Offline(reason, null, false);
        if (!become(Stage.Opening.OPENING, offline)) {
            return;
        }
        boolean passing =
                failure instanceof IOException
                        && !(failure instanceof DamagedLog damaged && !damaged.isUnreadable())
                        && storage.directory().failure() == null;
        if (!passing) {
            LOGGER.error("{} could not be opened", name, failure);
            return;
        }
        LOGGER.error(
                "{} could not be opened, tried again when it is asked for in {} s or later",
                name,
                retryMs / 1000,
                retryMs == RETRY_MS_MIN ? failure : null);
        Stage due = new Stage.Offline(reason, null, true);
        var _ = storage.worker().schedule(retryMs, () -> become(offline, due));
        retryMs = Math.min(2 * retryMs, RETRY_MS_MAX);
    }

    private boolean become(Stage before, Stage after) {
        boolean done = STAGE.compareAndSet(this, before, after);
        if (done) {
            LOGGER.debug("{}: {} -> {}", name, before, after);
        }
        return done;
    }

    /// Something to do with an open log.
    interface Work {
        void with(Log log) throws IOException;
    }

    /// Whose log it is; called by who opens it.
    interface Owner {
        /// Before anybody else sees the log.
        void opening(Log log);

        /// The log is open, or cannot be opened.
        void opened();
    }

    private sealed interface Stage {
        /// Not to be asked yet.
        sealed interface Pending extends Stage {}

        enum Closed implements Pending {
            CLOSED
        }

        enum Opening implements Pending {
            OPENING
        }

        record Open(Log log) implements Stage {}

        /// @param due whether opening it is to be tried again
        record Offline(String reason, @Nullable Log log, boolean due) implements Stage {}

        record Gone(ErrorCode error) implements Stage {}
    }
}
