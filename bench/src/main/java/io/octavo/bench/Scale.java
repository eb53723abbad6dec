package io.octavo.bench;

import io.octavo.bench.load.Pace;
import io.octavo.bench.load.ProduceLoad;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// How much each experiment moves.
enum Scale {
    /// For claims: about a gigabyte a run, so that the tick of the kernel's accounting (10 ms) is
    /// below a percent of what is measured.
    FULL(1_000_000, 100_000, 20, 10, 10_000_000, 1_000_000),

    /// To see that everything works and roughly where the figures lie; not for claims.
    QUICK(200_000, 20_000, 5, 4, 1_000_000, 50_000);

    private static final int RECORD_BYTES = 1_024;
    private static final int SMALL_RECORD_BYTES = 200;
    private static final int READ_PASSES = 3;

    /// ProducerPerformance's own default, and one that lets requests be large.
    private static final int BATCH_BYTES = 16_384;

    private static final int LARGE_BATCH_BYTES = 131_072;
    private static final int RELAXED_PER_SECOND = 1_000;
    private static final int BUSY_PER_SECOND = 10_000;
    private static final int TAIL_PER_SECOND = 5_000;
    private static final int QUIET_PER_SECOND = 100;

    /// What a producer keeps up with that goes through 2 000 partitions for each request, on slow
    /// machines, too.
    private static final int TURN_PER_SECOND = 1_000;

    /// What consumers at the end of a log follow: about 50 MB/s.
    private static final int FOLLOWED_PER_SECOND = 50_000;

    private static final long FLOODS = 20;

    /// What a replay goes through: so much that it lasts longer than what is measured beside it.
    private static final long OLDER = 3;

    /// Of single requests, so many times what is measured elsewhere come before a pace.
    private static final long PACED_AFTER = 3;

    /// How many times the first load the others are, and from how many connections loads come.
    private static final List<Integer> GROWTH = List.of(1, 10, 100);

    private static final List<Integer> CONNECTIONS = List.of(1, 2, 4, 8, 16, 32, 64);

    /// Of what is measured, so much is sent before.
    private static final long WARM_UP_PART = 4;

    /// What is sent before, so many times what is measured, lest any of that is spent on compiling.
    private static final long BATCHES_UNTIL_COMPILED = 3;

    private static final long REQUESTS_UNTIL_COMPILED = 10;

    /// Acknowledged when the operating system has them, and when they are forced; both brokers know
    /// the setting.
    private static final Map<String, String> UNFORCED =
            Map.of("flush.messages", Long.toString(Long.MAX_VALUE));

    private static final Map<String, String> FORCED = Map.of("flush.messages", "1");

    private final long records;
    private final long requests;
    private final int paceSeconds;
    private final int idleSeconds;
    private final long oldRecords;
    private final long grownFrom;

    Scale(
            long records,
            long requests,
            int paceSeconds,
            int idleSeconds,
            long oldRecords,
            long grownFrom) {
        this.records = records;
        this.requests = requests;
        this.paceSeconds = paceSeconds;
        this.idleSeconds = idleSeconds;
        this.oldRecords = oldRecords;
        this.grownFrom = grownFrom;
    }

    /// All that can be asked for.
    ///
    /// @param sources where the C programs are that measure the machine
    List<Experiment> experiments(Path sources) {
        ProduceLoad batches = new ProduceLoad(records, RECORD_BYTES, BATCH_BYTES);
        ProduceLoad old = new ProduceLoad(oldRecords, RECORD_BYTES, LARGE_BATCH_BYTES);
        ProduceLoad flood = new ProduceLoad(FLOODS * records, RECORD_BYTES, LARGE_BATCH_BYTES);
        List<Experiment> all = new ArrayList<>();
        ProduceLoad large = new ProduceLoad(records, RECORD_BYTES, LARGE_BATCH_BYTES);
        all.add(new StartAndIdle(idleSeconds / 2, idleSeconds));
        all.add(new MemoryUse(old, idleSeconds / 2));
        produce(all);
        consume(all, batches);
        ProduceLoad singles = new ProduceLoad(PACED_AFTER * requests, RECORD_BYTES, 0);
        all.add(new PacedLatency("latency-1000", pace(RELAXED_PER_SECOND), singles));
        all.add(new PacedLatency("latency-10000", pace(BUSY_PER_SECOND), singles));
        all.add(
                new ForcedCost(
                        RECORD_BYTES, batches.withAcks("all"), paceSeconds / 5, paceSeconds / 2));
        all.add(
                new PhysicalLimit(
                        sources.resolve("limits.c"), large, records / WARM_UP_PART, READ_PASSES));
        growth(all, large);
        all.add(new PartitionLife(50, 1_000, 10_000));
        all.add(new PartitionLife(5_000, 10, 10_000));
        all.add(new PartitionCost("partitions-busy", 20, 2_000, requests, TURN_PER_SECOND));
        ProduceLoad older = new ProduceLoad(OLDER * oldRecords, RECORD_BYTES, LARGE_BATCH_BYTES);
        Pace tail = new Pace(TAIL_PER_SECOND, RECORD_BYTES, paceSeconds, paceSeconds);
        Path stalls = sources.resolve("stalls.c");
        all.add(new ColdReplay("cold-os", older, tail, UNFORCED, null));
        all.add(new ColdReplay("cold-fsync", older, tail, FORCED, null));
        all.add(new ColdReplay("cold-os-watched", older, tail, UNFORCED, stalls));
        Pace quiet =
                new Pace(
                        QUIET_PER_SECOND,
                        RECORD_BYTES,
                        RELAXED_PER_SECOND,
                        paceSeconds / 2,
                        paceSeconds);
        all.add(new DeletionBeside("deletion", flood, quiet, UNFORCED));
        return all;
    }

    private void produce(List<Experiment> all) {
        List<ProduceGrid.Cell> usual = ProduceGrid.usual();
        for (ProduceGrid.Cell cell : ProduceGrid.inOrder()) {
            ProduceLoad load = cell.load(records * RECORD_BYTES, requests);
            long warmUp = cell.load(records * RECORD_BYTES / WARM_UP_PART, requests / 2).records();
            all.add(
                    new ProduceCost(
                            cell.name(), load, cell.partitions(), warmUp, !usual.contains(cell)));
        }
        warm(all, ProduceGrid.BATCHES, BATCHES_UNTIL_COMPILED);
        warm(all, ProduceGrid.REQUESTS, REQUESTS_UNTIL_COMPILED);
    }

    private void warm(List<Experiment> all, ProduceGrid.Cell cell, long times) {
        ProduceLoad load = cell.load(records * RECORD_BYTES, requests);
        all.add(
                new ProduceCost(
                        cell.warmName(), load, cell.partitions(), times * load.records(), false));
    }

    private void consume(List<Experiment> all, ProduceLoad batches) {
        for (ConsumeCost.Source source : ConsumeCost.Source.values()) {
            ProduceLoad load =
                    source == ConsumeCost.Source.TAIL
                            ? batches.withRecords((long) FOLLOWED_PER_SECOND * paceSeconds)
                                    .at(FOLLOWED_PER_SECOND)
                            : batches;
            for (int consumers : new int[] {1, ConsumeCost.PARTITIONS}) {
                for (boolean grouped : new boolean[] {true, false}) {
                    boolean usual = grouped || (source == ConsumeCost.Source.HOT && consumers == 1);
                    all.add(new ConsumeCost(source, load, consumers, grouped, !usual));
                }
            }
        }
    }

    private void growth(List<Experiment> all, ProduceLoad large) {
        List<ProduceLoad> loads =
                GROWTH.stream().map(times -> large.withRecords(times * grownFrom)).toList();
        all.add(new GrowthInBytes(loads));
        ProduceLoad batches =
                new ProduceLoad(
                        records - records % CONNECTIONS.getLast(), RECORD_BYTES, BATCH_BYTES);
        long paced = (long) BUSY_PER_SECOND * paceSeconds / 2;
        ProduceLoad single =
                new ProduceLoad(paced - paced % CONNECTIONS.getLast(), SMALL_RECORD_BYTES, 0)
                        .at(BUSY_PER_SECOND);
        all.add(new GrowthInConnections(CONNECTIONS, batches, single));
    }

    private Pace pace(int perSecond) {
        return new Pace(perSecond, RECORD_BYTES, paceSeconds / 2, paceSeconds);
    }
}
