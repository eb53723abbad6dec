package io.octavo.bench;

import io.octavo.bench.load.Pace;
import io.octavo.bench.load.ProduceLoad;
import java.util.List;
import java.util.Map;

/// How much each experiment moves.
enum Scale {
    /// For claims: about a gigabyte a run, so that the tick of the kernel's accounting (10 ms) is
    /// below a percent of what is measured.
    FULL(1_000_000, 300_000, 100_000, 20, 10, 10_000_000),

    /// To see that everything works and roughly where the figures lie; not for claims.
    QUICK(200_000, 50_000, 20_000, 5, 4, 1_000_000);

    private static final int RECORD_BYTES = 1_024;
    private static final int SMALL_RECORD_BYTES = 200;
    private static final int READ_PASSES = 3;

    /// ProducerPerformance's own default, and one that lets requests be large.
    private static final int BATCH_BYTES = 16_384;

    private static final int LARGE_BATCH_BYTES = 131_072;
    private static final int ONE_PER_REQUEST = 0;
    private static final int RELAXED_PER_SECOND = 1_000;
    private static final int BUSY_PER_SECOND = 10_000;
    private static final int TAIL_PER_SECOND = 5_000;
    private static final int QUIET_PER_SECOND = 100;
    private static final long FLOODS = 15;

    /// Acknowledged when the operating system has them, and when they are forced; both brokers know
    /// the setting.
    private static final Map<String, String> UNFORCED =
            Map.of("flush.messages", Long.toString(Long.MAX_VALUE));

    private static final Map<String, String> FORCED = Map.of("flush.messages", "1");

    private final long records;
    private final long warmUp;
    private final long requests;
    private final int paceSeconds;
    private final int idleSeconds;
    private final long oldRecords;

    Scale(
            long records,
            long warmUp,
            long requests,
            int paceSeconds,
            int idleSeconds,
            long oldRecords) {
        this.records = records;
        this.warmUp = warmUp;
        this.requests = requests;
        this.paceSeconds = paceSeconds;
        this.idleSeconds = idleSeconds;
        this.oldRecords = oldRecords;
    }

    List<Experiment> experiments() {
        ProduceLoad batches = new ProduceLoad(records, RECORD_BYTES, BATCH_BYTES);
        ProduceLoad largeBatches = new ProduceLoad(records, RECORD_BYTES, LARGE_BATCH_BYTES);
        ProduceLoad single = new ProduceLoad(requests, SMALL_RECORD_BYTES, ONE_PER_REQUEST);
        ProduceLoad old = new ProduceLoad(oldRecords, RECORD_BYTES, LARGE_BATCH_BYTES);
        ProduceLoad flood = new ProduceLoad(FLOODS * records, RECORD_BYTES, LARGE_BATCH_BYTES);
        return List.of(
                new StartAndIdle(idleSeconds / 2, idleSeconds),
                new ProduceCost("produce-16k", batches, warmUp),
                new ProduceCost("produce-128k", largeBatches, warmUp),
                new ProduceCost("produce-single", single, requests / 2),
                new ReadCost(batches, READ_PASSES),
                new PacedLatency("latency-1000", pace(RELAXED_PER_SECOND)),
                new PacedLatency("latency-10000", pace(BUSY_PER_SECOND)),
                new ForcedCost(RECORD_BYTES, batches, paceSeconds / 5, paceSeconds / 2),
                new PartitionLife(50, 1_000, 10_000),
                new PartitionLife(5_000, 10, 10_000),
                new PartitionCost("partitions-busy", 20, 2_000, requests, TAIL_PER_SECOND),
                new ColdReplay("cold-os", old, pace(TAIL_PER_SECOND), UNFORCED),
                new ColdReplay("cold-fsync", old, pace(TAIL_PER_SECOND), FORCED),
                new DeletionBeside("deletion", flood, pace(QUIET_PER_SECOND), UNFORCED));
    }

    private Pace pace(int perSecond) {
        return new Pace(perSecond, RECORD_BYTES, paceSeconds / 2, paceSeconds);
    }
}
