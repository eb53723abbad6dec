package io.octavo.log;

import static io.octavo.log.Broken.unless;

import io.octavo.ports.ManualClock;
import io.octavo.ports.Randomness;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a process does to a data directory, made by chance: two topics that are appended to by
/// idempotent and transactional producers in several leader epochs, forced, rolled, cut, shortened,
/// let expire, deleted and made again, by runs that stop, or are killed, or lose power, or whose
/// disk is full or fails. Keeps account of what is expected after each call.
final class CrashWorkload {
    private static final List<String> NAMES = List.of("a-0", "b-1");

    /// A log that was appended so much in so short a time is busy.
    private static final int BUSY_BYTES = 3000;

    private static final int BUSY_MS = 20;

    /// Of a hundred steps.
    private static final int COMPACTIONS = 16;

    /// What is there before the first compaction.
    private static final int BATCHES = 12;

    final Kind kind;
    final ExpectedDirectory expected = new ExpectedDirectory();
    final LogConfig config;

    /// What is being done, for people.
    String doing = "start";

    private final Randomness random;
    private final CrashProducers producers;
    private final Runnable look;
    private final ManualClock clock = new ManualClock();
    private final Map<String, Log> logs = new HashMap<>();
    private SimulatedDisk disk = new SimulatedDisk();
    private DataDirectory directory;
    private int runs;
    private int boots;
    private int topics;
    private int leaderEpoch;

    /// Null unless the logs are busy.
    private @Nullable CrashSyncer syncer;

    /// Null unless the logs are compacted.
    private @Nullable CrashCleaner cleaner;

    /// What is done beside all that is always done.
    enum Kind {
        PLAIN,
        /// The syncer's threads force the logs, and make room ahead of them.
        BUSY,
        /// Only the last record of each key is kept.
        COMPACTED;

        static Kind of(long seed) {
            return switch ((int) (seed % 4)) {
                case 0 -> PLAIN;
                case 2 -> BUSY;
                default -> COMPACTED;
            };
        }
    }

    /// @param look called whenever there may be something new on the disk, or something else is
    ///   expected of it
    CrashWorkload(long seed, Runnable look) throws IOException {
        kind = Kind.of(seed);
        random = Randomness.seeded(seed);
        producers = new CrashProducers(kind, random);
        this.look = look;
        config = new CrashConfig(random).of(kind);
        for (String name : names()) {
            expected.logs.put(name, expected(name, ++topics));
        }
        directory = open();
        makeBusy();
        makeDirty();
    }

    /// What is to be busy, or to be worth a compaction, has to get all there is.
    private List<String> names() {
        return kind == Kind.PLAIN ? NAMES : NAMES.subList(0, 1);
    }

    SimulatedDisk disk() {
        return disk;
    }

    /// What the machine is called now.
    String boot() {
        return "boot-" + boots;
    }

    /// Takes note of what the logs say of themselves.
    void observe() {
        for (ExpectedLog one : expected.logs.values()) {
            Log log = logs.get(one.name);
            if (log != null) {
                one.observe(log);
            }
        }
    }

    void step() throws IOException {
        if (kind != Kind.BUSY || random.nextInt(20) == 0) {
            clock.advanceMs(random.nextInt(1000));
        }
        int choice = random.nextInt(100);
        ExpectedLog one = expected(names().get(random.nextInt(names().size())));
        Log log = log(one.name);
        if (cleaner != null && choice < COMPACTIONS) {
            doing = "compact " + one.name;
            cleaner.run(one, log);
        } else if (choice < 50) {
            append(one, log);
        } else if (choice < 64) {
            force(one, log);
        } else if (choice < 69) {
            doing = "roll " + one.name;
            log.roll();
        } else if (choice < 78) {
            checkpoint();
        } else if (choice < 80) {
            expire(one, log);
        } else if (choice < 85) {
            cut(one, log);
        } else if (choice < 89) {
            advanceStart(one, log);
        } else if (choice < 91) {
            recreate(one, log);
        } else if (choice < 93) {
            appendToFullDisk(one, log);
        } else if (choice < 95) {
            fail(one, log);
        } else {
            end(choice);
        }
        look.run();
    }

    private void changed(SimulatedDisk.Call call) {
        if (call.kind().changes()) {
            look.run();
        }
    }

    private void force(ExpectedLog one, Log log) throws IOException {
        if (syncer == null) {
            doing = "force " + one.name;
            log.force();
        } else {
            doing = "the syncer's turn";
            syncer.run(disk);
        }
    }

    private void append(ExpectedLog one, Log log) throws IOException {
        if (random.nextInt(12) == 0) {
            leaderEpoch++;
        }
        append(one, log, producers.next(one));
        if (syncer != null && random.nextInt(2) == 0) {
            force(one, log);
        }
    }

    private void append(ExpectedLog one, Log log, RecordBatch batch) throws IOException {
        doing = "append to " + one.name + " " + batch;
        one.append(batch, leaderEpoch);
        log.append(batch, leaderEpoch);
        one.appended();
    }

    private void checkpoint() throws IOException {
        doing = "checkpoint";
        directory.checkpoint();
        while (directory.remove()) {
            look.run();
        }
        for (ExpectedLog one : expected.logs.values()) {
            if (one.head.nextOffset > 0) {
                one.startWritten = one.start;
            }
        }
    }

    private void cut(ExpectedLog one, Log log) throws IOException {
        List<ExpectedBatch> batches = one.head.from(one.start);
        if (batches.isEmpty()) {
            return;
        }
        int back = Math.min(batches.size(), 1 + random.nextInt(5));
        long offset = batches.get(batches.size() - back).baseOffset;
        if (offset < one.start
                || (one.compaction != null && offset < one.compaction.highWatermark)) {
            return;
        }
        doing = "cut " + one.name + " at " + offset;
        one.cut(offset);
        log.truncate(offset);
        one.isCut();
        // What is written behind the cut is of another leader: that is why there was one.
        leaderEpoch++;
    }

    /// What is given up need not be durable.
    private void advanceStart(ExpectedLog one, Log log) {
        long length = log.endOffset() - one.start;
        if (length <= 0) {
            return;
        }
        one.start += 1 + random.nextInt((int) Math.min(length, 25));
        doing = "start " + one.name + " at " + one.start;
        log.advanceStart(one.start);
    }

    private void expire(ExpectedLog one, Log log) throws IOException {
        // As a partition does, which gives up nothing above its high watermark.
        int most = Math.toIntExact(log.endOffset() - one.start);
        long limit =
                random.nextInt(2) == 0 ? log.endOffset() : one.start + random.nextInt(most + 1);
        long expiredEnd = log.expiredEnd(limit);
        if (expiredEnd == Log.NOTHING_EXPIRED) {
            return;
        }
        unless(expiredEnd <= limit, "L-14", "%s expires to %d of %d", one.name, expiredEnd, limit);
        one.start = Math.max(one.start, expiredEnd);
        doing = "expire " + one.name + " to " + expiredEnd;
        log.expire(expiredEnd);
    }

    private void recreate(ExpectedLog one, Log log) throws IOException {
        doing = "delete " + one.name;
        expected.logs.remove(one.name);
        if (topics % 2 == 0) {
            log.delete();
        } else {
            // As where nobody has used it since the start: what is to go of it waits for its turn.
            log.close();
            directory.checkpoint();
            directory.partitions().delete(one.name, one.topicId);
        }
        logs.remove(one.name);
        if (random.nextInt(2) == 0) {
            checkpoint();
            expected.deleted.add(one.name);
            look.run();
        }
        doing = "make " + one.name + " again";
        expected.deleted.remove(one.name);
        ExpectedLog next = expected(one.name, ++topics);
        expected.logs.put(one.name, next);
        logs.put(one.name, open(directory, next));
        makeBusy();
    }

    private void appendToFullDisk(ExpectedLog one, Log log) throws IOException {
        RecordBatch batch = producers.next(one);
        doing = "append to " + one.name + ", the disk is full, " + batch;
        disk.free(random.nextInt(batch.sizeBytes()));
        try {
            appendOrRefuse(one, log, batch);
        } catch (NoSpace full) {
            // As it should be.
        }
        disk.free();
    }

    /// A file cannot be forced, or written, which is the end of this run.
    private void fail(ExpectedLog one, Log log) throws IOException {
        boolean appends = random.nextInt(3) == 0;
        boolean writes = appends || random.nextInt(3) == 0;
        SimulatedDisk.Kind failing = writes ? SimulatedDisk.Kind.WRITE : SimulatedDisk.Kind.FORCE;
        doing = (appends ? "append to " : "force ") + one.name + ", a " + failing + " fails";
        disk.watchBefore(call -> {
            if (call.kind() == failing) {
                disk.watchBefore(_ -> {});
                throw new IOException("a simulated failure of " + call);
            }
        });
        boolean failed = false;
        try {
            if (appends) {
                appendOrRefuse(one, log, producers.next(one));
            } else if (random.nextInt(2) == 0) {
                log.force();
            } else {
                directory.checkpoint();
            }
        } catch (IOException e) {
            failed = true;
        }
        disk.watchBefore(_ -> {});
        observe();
        if (failed) {
            unless(directory.failure() != null, "L-6", "a %s failed, nobody knows", failing);
            long durable = log.durableEnd();
            unless(refuses(log), "L-6", "%s is forced after a force failed", log.name());
            unless(durable == log.durableEnd(), "L-6", "%s got more durable", log.name());
            end(97 + random.nextInt(3));
        }
    }

    private void appendOrRefuse(ExpectedLog one, Log log, RecordBatch batch) throws IOException {
        one.append(batch, leaderEpoch);
        boolean appended = false;
        try {
            log.append(batch, leaderEpoch);
            appended = true;
        } finally {
            if (appended) {
                one.appended();
            } else {
                one.refused();
            }
        }
    }

    private static boolean refuses(Log log) {
        try {
            log.force();
            return false;
        } catch (IOException refused) {
            return true;
        }
    }

    /// The end of a run, and the next one.
    private void end(int choice) throws IOException {
        if (choice < 97) {
            doing = "stop";
            expected.phase = ExpectedDirectory.Phase.STOPPING;
            if (cleaner != null) {
                cleaner.stop();
            }
            directory.close();
            for (ExpectedLog one : expected.logs.values()) {
                if (one.head.nextOffset > 0) {
                    one.startWritten = one.start;
                    one.startDurable = one.start;
                }
            }
            logs.clear();
            expected.phase = ExpectedDirectory.Phase.STOPPED;
            look.run();
            disk.release();
            directory = open();
        } else if (choice < 98) {
            crash(disk.killed(), true);
        } else {
            boots++;
            PowerCut cut = new PowerCut(disk);
            crash(
                    new SimulatedDisk(random.nextInt(2) == 0 ? cut.nothing() : cut.any(random)),
                    false);
        }
        makeBusy();
    }

    private void crash(SimulatedDisk left, boolean killed) throws IOException {
        if (!killed) {
            expected.logs.values().forEach(ExpectedLog::losePower);
        }
        doing = killed ? "restart after a kill" : "restart after a power cut";
        disk.watchNothing();
        disk = left;
        logs.clear();
        // What is on the disk now is all there is to come back.
        directory = open();
        for (ExpectedLog one : expected.logs.values()) {
            Log log = log(one.name);
            one.become(one.check(log, killed), log.startOffset());
        }
    }

    private DataDirectory open() throws IOException {
        doing += ", open";
        expected.phase = ExpectedDirectory.Phase.STARTING;
        disk.watchAfter(this::changed);
        Randomness ids = Randomness.seeded(++runs);
        DataDirectory opened = DataDirectory.open(CrashCheck.ROOT, disk, clock, ids, boot());
        expected.id = opened.id();
        expected.phase = ExpectedDirectory.Phase.RUNNING;
        syncer = kind == Kind.BUSY ? new CrashSyncer(opened, clock, random) : null;
        cleaner = kind == Kind.COMPACTED ? new CrashCleaner(clock, random) : null;
        for (ExpectedLog one : new ArrayList<>(expected.logs.values())) {
            logs.put(one.name, open(opened, one));
        }
        return opened;
    }

    private Log open(DataDirectory from, ExpectedLog one) throws IOException {
        Log log = from.log(one.name, one.topicId, config);
        if (syncer != null) {
            log.ownedBy(syncer);
        }
        return log;
    }

    /// Has the logs append so much in so short a time that they are busy. What may be on the disk
    /// meanwhile is what may be there without that.
    private void makeBusy() throws IOException {
        CrashSyncer forces = syncer;
        if (forces == null) {
            return;
        }
        doing = "be busy";
        disk.watchNothing();
        for (int bytes : new int[] {1, BUSY_BYTES}) {
            for (ExpectedLog one : expected.logs.values()) {
                append(one, log(one.name), Batches.of(1, bytes, Batches.TIME));
            }
            clock.advanceMs(BUSY_MS);
            directory.checkpoint();
            forces.run(disk);
        }
        observe();
        disk.watchAfter(this::changed);
    }

    /// Has the logs contain something that is worth a compaction.
    private void makeDirty() throws IOException {
        if (cleaner == null) {
            return;
        }
        doing = "be dirty";
        disk.watchNothing();
        for (ExpectedLog one : expected.logs.values()) {
            Log log = log(one.name);
            for (int i = 1; i <= BATCHES; i++) {
                append(one, log, producers.next(one));
                if (i % 4 == 0) {
                    log.roll();
                }
            }
            log.force();
        }
        directory.checkpoint();
        observe();
        disk.watchAfter(this::changed);
    }

    private ExpectedLog expected(String name, int topic) {
        long retentionMs = config.compaction().deleteRetentionMs();
        boolean compacted = config.compaction().enabled();
        return new ExpectedLog(
                name,
                new Uuid(1, topic),
                compacted ? new ExpectedCompaction(name, retentionMs) : null);
    }

    private ExpectedLog expected(String name) {
        return Objects.requireNonNull(expected.logs.get(name), name);
    }

    private Log log(String name) {
        return Objects.requireNonNull(logs.get(name), name);
    }
}
