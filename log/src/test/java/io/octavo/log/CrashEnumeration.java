package io.octavo.log;

import io.octavo.ports.Randomness;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Makes the states in which a crash may leave a disk, after each call of a workload and after each
/// call of the recoveries from those states, and checks each once.
final class CrashEnumeration {
    /// What a workload does, at least.
    static final int STEPS = 50;

    /// States made by chance after each call.
    private static final int MIXTURES = 4;

    /// One of so many states is also gone on with.
    private static final int USED = 8;

    /// One of so many states is also looked at with a rotten batch.
    private static final int ROTTEN = 16;

    /// One of so many courses that a recovery may take is crashed in a workload, another one in the
    /// next.
    private static final int CRASHED = 4;

    /// Hashes of what was on the disk.
    private final Set<Long> distinct = new HashSet<>();

    private final Map<CrashWorkload.Kind, Integer> distinctOfKind =
            new EnumMap<>(CrashWorkload.Kind.class);

    /// Hashes of that, and of what was expected; of states in recoveries apart.
    private final Set<Long> seen = new HashSet<>();

    private final Set<Long> seenInRecovery = new HashSet<>();

    private final int crashedMax;
    private final Map<Long, Integer> courses = new HashMap<>();
    private Randomness random = Randomness.seeded(1);
    private long only;
    private long seed;

    /// Counts the states of a workload; those of a recovery have the number of the one that it
    /// began with.
    private long number;

    private long states;
    private long crashed;
    private long rotten;
    private @Nullable CrashWorkload workload;

    /// @param crashedMax so many recoveries of one course, by the calls they make, are crashed in
    ///   one workload
    CrashEnumeration(int crashedMax) {
        this.crashedMax = crashedMax;
    }

    /// How many different disks there were.
    int distinct() {
        return distinct.size();
    }

    @Override
    public String toString() {
        return ("%d distinct disks %s, %d with what was expected of them; %d recoveries crashed;"
                        + " %d with a rotten batch")
                .formatted(distinct.size(), distinctOfKind, states, crashed, rotten);
    }

    /// Checks only the state of this number, and those of its recovery, among a workload's.
    void only(long state) {
        only = state;
    }

    /// Runs one workload.
    ///
    /// @throws Broken when a promise is not kept; says how to see it again
    void run(long workloadSeed, int steps) throws IOException {
        seed = workloadSeed;
        number = 0;
        random = Randomness.seeded(workloadSeed);
        seen.clear();
        seenInRecovery.clear();
        courses.clear();
        workload = null;
        CrashWorkload running = new CrashWorkload(workloadSeed, this::look);
        workload = running;
        for (int i = 0; i < steps; i++) {
            running.step();
        }
    }

    /// After a call of the workload.
    private void look() {
        CrashWorkload running = workload;
        if (running != null) {
            running.observe();
            try {
                examine(new Scene(running, running.disk(), true, running.boot(), random));
            } catch (Broken broken) {
                String where = "seed %d, state %d: %s".formatted(seed, number, running.doing);
                throw broken.at(where);
            }
        }
    }

    /// Somewhere in a workload or a recovery.
    ///
    /// @param kept whether a kill leaves everything the workload has written
    /// @param random what states are made by chance: its own, so that a state is the same one
    ///   whether others are looked at or not
    private record Scene(
            CrashWorkload running,
            SimulatedDisk disk,
            boolean kept,
            String boot,
            Randomness random) {
        boolean inRecovery() {
            return disk != running.disk();
        }
    }

    /// Checks all that a crash may leave here.
    private void examine(Scene scene) {
        PowerCut cut = new PowerCut(scene.disk);
        DiskImage.Directory all = scene.disk.top().seen();
        long both = DiskImage.mixed(all.hash()) ^ cut.nothing().hash();
        long killed = unseen(scene, all, both, scene.kept);
        if (killed != 0) {
            try {
                check(scene, killed, scene.disk::killed, scene.kept);
            } catch (Broken broken) {
                throw broken.at("after a kill");
            }
        }
        cut.each(
                scene.random,
                MIXTURES,
                image -> {
                    long state = unseen(scene, image, image.hash(), false);
                    if (state != 0) {
                        String boot = scene.boot + "-";
                        Scene next =
                                new Scene(scene.running, scene.disk, false, boot, scene.random);
                        try {
                            check(next, state, () -> new SimulatedDisk(image), false);
                        } catch (Broken broken) {
                            throw broken.at("after a power cut:\n  " + cut);
                        }
                    }
                });
    }

    /// What is peculiar to a state that was not seen before and is to be looked at; 0 if it is not.
    ///
    /// @param hash of all that makes a difference
    private long unseen(Scene scene, DiskImage.Directory image, long hash, boolean kept) {
        long expected = scene.running.expected.fingerprint() * 2 + (kept ? 1 : 0);
        long state = DiskImage.mixed(hash ^ DiskImage.mixed(expected));
        if (!(scene.inRecovery() ? seenInRecovery : seen).add(state)) {
            return 0;
        }
        if (distinct.add(image.hash())) {
            distinctOfKind.merge(scene.running.kind, 1, Integer::sum);
        }
        states++;
        if (!scene.inRecovery()) {
            number++;
            return only == 0 || only == number ? state : 0;
        }
        return state;
    }

    private void check(Scene scene, long state, Supplier<SimulatedDisk> left, boolean kept) {
        boolean inRecovery = scene.inRecovery();
        CrashCheck check =
                new CrashCheck(scene.running.expected, scene.running.config, !inRecovery);
        SimulatedDisk disk = left.get();
        Course course = new Course();
        disk.watchAfter(course);
        try {
            check.check(disk, scene.boot, kept);
            SimulatedDisk forced = new SimulatedDisk(new PowerCut(disk).nothing());
            check.checkForced(forced, scene.boot + "-");
            if (Math.floorMod(state, USED) == 0) {
                forced.release();
                check.checkUse(forced, scene.boot + "-");
            }
            if (Math.floorMod(state, ROTTEN) == 0) {
                Randomness byState = Randomness.seeded(state);
                Rot rot = new Rot(scene.running.expected, scene.running.config, byState);
                rotten += rot.check(left.get(), scene.boot) ? 1 : 0;
            }
        } catch (IOException | RuntimeException e) {
            throw broken(e);
        }
        if (!inRecovery
                && Math.floorMod(DiskImage.mixed(course.hash ^ seed), CRASHED) == 0
                && courses.merge(course.hash, 1, Integer::sum) <= crashedMax) {
            crashed++;
            crash(scene, state, left.get(), kept);
        }
    }

    /// Recovers once more, and looks after each call.
    private void crash(Scene scene, long state, SimulatedDisk disk, boolean kept) {
        Scene inside = new Scene(scene.running, disk, kept, scene.boot, Randomness.seeded(state));
        disk.watchAfter(call -> {
            if (call.kind().changes()) {
                try {
                    examine(inside);
                } catch (Broken broken) {
                    throw broken.at("after " + call + " of a recovery");
                }
            }
        });
        try {
            new CrashCheck(scene.running.expected, scene.running.config, false)
                    .check(disk, scene.boot, kept);
        } catch (IOException e) {
            throw broken(e);
        }
    }

    private static Broken broken(Exception e) {
        if (e instanceof Broken broken) {
            return broken;
        }
        StringWriter trace = new StringWriter();
        e.printStackTrace(new PrintWriter(trace));
        return new Broken("recovery", trace.toString());
    }

    /// The calls that a recovery made, without whose files they were.
    private static final class Course implements SimulatedDisk.Watch {
        private long hash;

        @Override
        public void see(SimulatedDisk.Call call) {
            if (call.kind().changes()) {
                String name = call.path().toString();
                String kind = name.substring(name.lastIndexOf('.') + 1);
                hash = DiskImage.mixed(hash * 31 + call.kind().name().hashCode() + kind.hashCode());
            }
        }
    }
}
