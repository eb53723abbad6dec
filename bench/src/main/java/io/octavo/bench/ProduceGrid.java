package io.octavo.bench;

import io.octavo.bench.load.ProduceLoad;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The loads of which production is measured: every value of every axis, each varied alone from a
/// base, and the product of all axes for whoever asks for it by name.
///
/// ```
/// produce . 1k . 16k . acks1 . none . x1 . p6
///           │    │     │       │      │    └ partitions: 6, 600
///           │    │     │       │      └ producers: 1, 4, 16
///           │    │     │       └ codec: none, lz4
///           │    │     └ acks: 0, 1, all
///           │    └ batches: single (one record in a request), 16k, 128k
///           └ records: 100, 200, 1k, 10k bytes
/// ```
final class ProduceGrid {
    private static final int ONE_PER_REQUEST = 0;
    private static final int KIB = 1_024;

    private static final List<Integer> RECORD_BYTES = List.of(100, 200, KIB, 10 * KIB);

    /// One record alone, ProducerPerformance's own default, and one that lets requests be large.
    private static final List<Integer> BATCH_BYTES = List.of(ONE_PER_REQUEST, 16 * KIB, 128 * KIB);

    private static final List<String> ACKS = List.of("0", "1", "all");
    private static final List<String> CODECS = List.of("none", "lz4");
    private static final List<Integer> PRODUCERS = List.of(1, 4, 16);
    private static final List<Integer> PARTITIONS = List.of(6, 600);

    /// What the axes are varied from.
    static final Cell BATCHES = new Cell(KIB, 16 * KIB, "1", "none", 1, 6);

    /// Where the request is the cost and not the bytes, `acks` and producers are varied again.
    static final Cell REQUESTS = new Cell(200, ONE_PER_REQUEST, "1", "none", 1, 6);

    private ProduceGrid() {}

    /// One load. Its name has a part for each axis.
    record Cell(
            int recordBytes,
            int batchBytes,
            String acks,
            String codec,
            int producers,
            int partitions) {
        String name() {
            return "produce.%s.%s.acks%s.%s.x%d.p%d"
                    .formatted(
                            size(recordBytes),
                            singles() ? "single" : size(batchBytes),
                            acks,
                            codec,
                            producers,
                            partitions);
        }

        /// The same load behind a longer one, when the brokers' compilers are done.
        String warmName() {
            return name() + ".warm";
        }

        /// Whether every record travels in a request of its own.
        boolean singles() {
            return batchBytes == ONE_PER_REQUEST;
        }

        /// For people: what is not as in the base of its kind, or what the base is.
        String label() {
            Cell base = singles() ? REQUESTS : BATCHES;
            List<String> parts = new ArrayList<>();
            if (recordBytes != base.recordBytes) {
                parts.add(bytes(recordBytes) + " records");
            }
            if (batchBytes != base.batchBytes) {
                parts.add(bytes(batchBytes) + " batches");
            }
            if (!acks.equals(base.acks)) {
                parts.add("acks=" + acks);
            }
            if (!codec.equals(base.codec)) {
                parts.add(codec);
            }
            if (producers != base.producers) {
                parts.add(producers + " producers");
            }
            if (partitions != base.partitions) {
                parts.add(partitions + " partitions");
            }
            return parts.isEmpty() ? "the base" : String.join(", ", parts);
        }

        /// For people: everything.
        String description() {
            return "%s records, %s, acks=%s, codec %s, %d producer%s, %d partitions"
                    .formatted(
                            bytes(recordBytes),
                            singles() ? "one per request" : bytes(batchBytes) + " batches",
                            acks,
                            codec,
                            producers,
                            producers == 1 ? "" : "s",
                            partitions);
        }

        private static String bytes(int bytes) {
            return bytes % KIB == 0 ? bytes / KIB + " KiB" : bytes + " B";
        }

        /// @param batched how many bytes are sent in batches
        /// @param requests how many records are sent in requests of their own; producers that do
        ///   not wait for one another send more
        ProduceLoad load(long batched, long requests) {
            long records = singles() ? requests * Math.min(producers, 4) : batched / recordBytes;
            return new ProduceLoad(
                    records - records % producers,
                    recordBytes,
                    batchBytes,
                    acks,
                    codec,
                    producers,
                    0);
        }

        private static String size(int bytes) {
            return bytes % KIB == 0 ? bytes / KIB + "k" : Integer.toString(bytes);
        }
    }

    /// The bases and what differs from them along one axis.
    static List<Cell> usual() {
        Set<Cell> cells = new LinkedHashSet<>();
        Cell b = BATCHES;
        cells.add(b);
        for (int bytes : RECORD_BYTES) {
            cells.add(new Cell(bytes, b.batchBytes, b.acks, b.codec, b.producers, b.partitions));
        }
        for (int bytes : BATCH_BYTES) {
            cells.add(new Cell(b.recordBytes, bytes, b.acks, b.codec, b.producers, b.partitions));
        }
        for (String codec : CODECS) {
            cells.add(
                    new Cell(
                            b.recordBytes, b.batchBytes, b.acks, codec, b.producers, b.partitions));
        }
        for (int count : PARTITIONS) {
            cells.add(new Cell(b.recordBytes, b.batchBytes, b.acks, b.codec, b.producers, count));
        }
        for (Cell base : List.of(BATCHES, REQUESTS)) {
            acksAndProducers(base, cells);
        }
        return List.copyOf(cells);
    }

    private static void acksAndProducers(Cell b, Set<Cell> cells) {
        cells.add(b);
        for (String acks : ACKS) {
            cells.add(
                    new Cell(
                            b.recordBytes, b.batchBytes, acks, b.codec, b.producers, b.partitions));
        }
        for (int count : PRODUCERS) {
            cells.add(new Cell(b.recordBytes, b.batchBytes, b.acks, b.codec, count, b.partitions));
        }
    }

    /// The usual ones first, then all others.
    static Set<Cell> inOrder() {
        Set<Cell> cells = new LinkedHashSet<>(usual());
        cells.addAll(all());
        return cells;
    }

    /// Every combination.
    static List<Cell> all() {
        List<Cell> cells = new ArrayList<>();
        for (int recordBytes : RECORD_BYTES) {
            for (int batchBytes : BATCH_BYTES) {
                for (String acks : ACKS) {
                    for (String codec : CODECS) {
                        for (int producers : PRODUCERS) {
                            for (int partitions : PARTITIONS) {
                                cells.add(
                                        new Cell(
                                                recordBytes,
                                                batchBytes,
                                                acks,
                                                codec,
                                                producers,
                                                partitions));
                            }
                        }
                    }
                }
            }
        }
        return cells;
    }
}
