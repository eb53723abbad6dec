package io.octavo.log;

import io.octavo.protocol.record.RecordBatch;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// The last batch of each producer that is remembered, which compaction keeps if only as an empty
/// one: so the producer's sequence and epoch can be told from the log alone; and the last of a log
/// with an empty segment behind it. What is appended later is nothing that compaction sees.
///
/// What is behind the high watermark may be lost yet, and counts for nothing: the last batch before
/// it is meant. Of a producer that has more in flight than is remembered of it, that is looked for
/// in the log ([#survey]). For one thread.
final class LastBatches {
    private static final long NOWHERE = -1;

    private final long highWatermark;

    /// The log's last offset, where nothing is behind it that no pass sees.
    private long lastOfLog = NOWHERE;

    /// Last offsets of data batches.
    private final Set<Long> offsets = new HashSet<>();

    /// Epochs of producers whose last epoch has markers only.
    private final Map<Long, Short> markerEpochs = new HashMap<>();

    /// Producers all of whose known batches are behind the high watermark, and the last offset of
    /// the last one that was found before it.
    private final Map<Long, Long> sought = new HashMap<>();

    /// Takes them as they are now; under the log's lock.
    LastBatches(ProducerStates producers, long highWatermark) {
        this.highWatermark = highWatermark;
        for (ProducerState state : producers.all()) {
            int last = state.batches() - 1;
            if (last < 0) {
                markerEpochs.put(state.id, state.epoch());
            }
            while (last >= 0 && state.lastOffset(last) >= highWatermark) {
                last--;
            }
            if (last >= 0) {
                offsets.add(state.lastOffset(last));
            } else if (state.batches() > 0) {
                sought.put(state.id, NOWHERE);
            }
        }
    }

    /// Takes note of the next batch of the part that is dirty.
    void survey(RecordBatch batch) {
        if (!batch.isControl()
                && batch.lastOffset() < highWatermark
                && sought.containsKey(batch.producerId())) {
            sought.put(batch.producerId(), batch.lastOffset());
        }
    }

    /// Nothing is behind this offset: it is by the batch that has it that a reader comes to the
    /// end, so that one is kept, too.
    void endAt(long offset) {
        lastOfLog = offset;
    }

    boolean has(RecordBatch batch) {
        if (batch.lastOffset() == lastOfLog) {
            return true;
        }
        if (!batch.hasProducerId()) {
            return false;
        }
        if (batch.isControl()) {
            Short epoch = markerEpochs.get(batch.producerId());
            return epoch != null && epoch == batch.producerEpoch();
        }
        Long found = sought.get(batch.producerId());
        // Where none is dirty, any of those that are clean may be the one.
        return offsets.contains(batch.lastOffset())
                || (found != null && (found == NOWHERE || found == batch.lastOffset()));
    }
}
