package io.octavo.log;

import io.octavo.ports.Randomness;
import io.octavo.protocol.record.Compression;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.record.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// What the producers of a [CrashWorkload] send, by chance: some have no id, the others are
/// idempotent, and now and then in a transaction.
final class CrashProducers {
    private static final int PRODUCERS = 3;

    /// So few that most records are replaced soon.
    private static final int KEYS = 6;

    private static final List<Compression> CODECS = List.of(Compression.values());

    private final CrashWorkload.Kind kind;
    private final Randomness random;
    private int values;

    CrashProducers(CrashWorkload.Kind kind, Randomness random) {
        this.kind = kind;
        this.random = random;
    }

    /// What one of them sends next, as far as the log tells.
    RecordBatch next(ExpectedLog log) {
        long id = random.nextInt(PRODUCERS + 1) - 1L;
        if (id < 0) {
            return records(new RecordBatchBuilder(codec()));
        }
        RecordBatch last = null;
        boolean open = false;
        for (ExpectedBatch before : log.head.from(0)) {
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
        RecordBatchBuilder builder =
                new RecordBatchBuilder(codec()).producer(id, (short) epoch, sequence);
        return records(open || random.nextInt(4) == 0 ? builder.transactional() : builder);
    }

    private Compression codec() {
        boolean packs = kind == CrashWorkload.Kind.COMPACTED && random.nextInt(2) == 0;
        return packs ? CODECS.get(random.nextInt(CODECS.size())) : Compression.NONE;
    }

    private RecordBatch records(RecordBatchBuilder builder) {
        long timestamp = Batches.TIME + random.nextInt(1000);
        for (int left = 1 + random.nextInt(4); left > 0; left--) {
            switch (kind) {
                case PLAIN, BUSY ->
                        builder.append(timestamp, null, value(random.nextInt(150)), List.of());
                case COMPACTED -> {
                    // Sent before the topic was compacted, if it has no key.
                    ByteBuffer key = random.nextInt(20) == 0 ? null : key();
                    boolean tombstone = key != null && random.nextInt(4) == 0;
                    ByteBuffer value = tombstone ? null : text("value " + values++);
                    builder.append(timestamp, key, value, List.of());
                }
            }
        }
        return new RecordBatch(builder.build());
    }

    private ByteBuffer key() {
        return text("key " + random.nextInt(KEYS));
    }

    private static ByteBuffer value(int bytes) {
        return text("x".repeat(bytes));
    }

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
