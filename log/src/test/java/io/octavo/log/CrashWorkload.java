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

/// What a process does to a data directory, made by chance: two topics that are appended to by
/// idempotent and transactional producers in several leader epochs, forced, rolled, cut, shortened,
/// let expire, deleted and made again, by runs that stop, or are killed, or lose power, or whose
/// disk is full or fails. Keeps account of what is expected after each call.
final class CrashWorkload {
    private static final int PRODUCERS = 3;
    private static final List<String> NAMES = List.of("a-0", "b-1");

    final ExpectedDirectory expected = new ExpectedDirectory();
    final LogConfig config;

    /// What is being done, for people.
    String doing = "start";

    private final Randomness random;
    private final Runnable look;
    private final ManualClock clock = new ManualClock();
    private final Map<String, Log> logs = new HashMap<>();
    private SimulatedDisk disk = new SimulatedDisk();
    private DataDirectory directory;
    private int runs;
    private int boots;
    private int topics;
    private int leaderEpoch;

    /// @param look called whenever there may be something new on the disk, or something else is
    ///   expected of it
    CrashWorkload(long seed, Runnable look) throws IOException {
        random = Randomness.seeded(seed);
        this.look = look;
        config =
                LogConfig.defaults()
                        .withSegmentBytesMax(1024 + random.nextInt(2048))
                        .withIndexIntervalBytes(random.nextInt(400))
                        .with(retention());
        for (String name : NAMES) {
            expected.logs.put(name, new ExpectedLog(name, new Uuid(1, ++topics)));
        }
        directory = open();
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
        clock.advanceMs(random.nextInt(1000));
        int choice = random.nextInt(100);
        ExpectedLog one = expected(NAMES.get(random.nextInt(NAMES.size())));
        Log log = log(one.name);
        if (choice < 50) {
            append(one, log);
        } else if (choice < 64) {
            doing = "force " + one.name;
            log.force();
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
            failForce(one, log);
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

    private void append(ExpectedLog one, Log log) throws IOException {
        if (random.nextInt(12) == 0) {
            leaderEpoch++;
        }
        RecordBatch batch = batch(one);
        doing = "append to " + one.name + " " + batch;
        one.append(batch, leaderEpoch);
        log.append(batch, leaderEpoch);
        one.appended();
    }

    /// What one of the producers sends next, as far as the log tells.
    private RecordBatch batch(ExpectedLog one) {
        int count = 1 + random.nextInt(4);
        long id = random.nextInt(PRODUCERS + 1) - 1L;
        if (id < 0) {
            return Batches.of(count, random.nextInt(300), Batches.TIME + random.nextInt(1000));
        }
        RecordBatch last = null;
        boolean open = false;
        for (ExpectedBatch before : one.head.from(0)) {
            if (before.batch.producerId() == id) {
                open = before.batch.isTransactional() && !before.batch.isControl();
                last = before.batch.isControl() ? last : before.batch;
            }
        }
        int epoch = last == null ? 0 : last.producerEpoch();
        if (open && random.nextInt(3) == 0) {
            return Batches.marker(id, epoch, random.nextInt(2) == 0);
        }
        // Begins near the end of the sequences, so that they wrap.
        int sequence =
                last == null
                        ? Integer.MAX_VALUE - 5
                        : RecordBatch.sequenceAfter(last.lastSequence(), 1);
        if (random.nextInt(20) == 0) {
            epoch++;
            sequence = 0;
        }
        return open || random.nextInt(4) == 0
                ? Batches.inTransaction(id, epoch, sequence, count)
                : Batches.from(id, epoch, sequence, count);
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
        if (offset < one.start) {
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

    /// By size, or by age: then, the files here being of 1970, all there is goes at once.
    private LogConfig.Retention retention() {
        return random.nextInt(4) == 0
                ? new LogConfig.Retention(1, -1)
                : new LogConfig.Retention(-1, 1024 + random.nextInt(4096));
    }

    private void expire(ExpectedLog one, Log log) throws IOException {
        long expiredEnd = log.expiredEnd(log.endOffset());
        if (expiredEnd == Log.NOTHING_EXPIRED) {
            return;
        }
        one.start = Math.max(one.start, expiredEnd);
        doing = "expire " + one.name + " to " + expiredEnd;
        log.expire(expiredEnd);
    }

    private void recreate(ExpectedLog one, Log log) throws IOException {
        doing = "delete " + one.name;
        expected.logs.remove(one.name);
        log.delete();
        logs.remove(one.name);
        if (random.nextInt(2) == 0) {
            checkpoint();
            expected.deleted.add(one.name);
            look.run();
        }
        doing = "make " + one.name + " again";
        expected.deleted.remove(one.name);
        ExpectedLog next = new ExpectedLog(one.name, new Uuid(1, ++topics));
        expected.logs.put(one.name, next);
        logs.put(one.name, directory.log(next.name, next.topicId, config));
    }

    private void appendToFullDisk(ExpectedLog one, Log log) throws IOException {
        RecordBatch batch = batch(one);
        doing = "append to " + one.name + ", the disk is full, " + batch;
        disk.free(random.nextInt(batch.sizeBytes()));
        one.append(batch, leaderEpoch);
        try {
            log.append(batch, leaderEpoch);
            one.appended();
        } catch (NoSpace full) {
            one.refused();
        }
        disk.free();
    }

    /// The force of a file fails, which is the end of this run.
    private void failForce(ExpectedLog one, Log log) throws IOException {
        doing = "force " + one.name + ", which fails";
        disk.watchBefore(call -> {
            if (call.kind() == SimulatedDisk.Kind.FORCE) {
                disk.watchBefore(_ -> {});
                throw new IOException("a simulated failure of " + call);
            }
        });
        boolean failed = false;
        try {
            if (random.nextInt(2) == 0) {
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
            unless(directory.failure() != null, "L-6", "a force failed and nobody knows");
            long durable = log.durableEnd();
            unless(refuses(log), "L-6", "%s is forced after a force failed", log.name());
            unless(durable == log.durableEnd(), "L-6", "%s got more durable", log.name());
            end(97 + random.nextInt(3));
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
        for (ExpectedLog one : new ArrayList<>(expected.logs.values())) {
            logs.put(one.name, opened.log(one.name, one.topicId, config));
        }
        return opened;
    }

    private ExpectedLog expected(String name) {
        return Objects.requireNonNull(expected.logs.get(name), name);
    }

    private Log log(String name) {
        return Objects.requireNonNull(logs.get(name), name);
    }
}
