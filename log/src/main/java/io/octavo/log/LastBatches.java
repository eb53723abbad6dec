package io.octavo.log;

import io.octavo.protocol.record.RecordBatch;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// The last batch of each producer that is remembered, which compaction keeps if only as an empty
/// one: so the producer's sequence and epoch can be told from the log alone. What is appended later
/// is nothing that compaction sees.
final class LastBatches {
    /// Last offsets of data batches, sorted.
    private final long[] offsets;

    /// Epochs of producers whose last epoch has markers only.
    private final Map<Long, Short> markerEpochs = new HashMap<>();

    /// Takes them as they are now; under the log's lock.
    LastBatches(ProducerStates producers) {
        long[] found = new long[producers.count()];
        int n = 0;
        for (ProducerState state : producers.all()) {
            if (state.batches() > 0) {
                found[n++] = state.lastOffset(state.batches() - 1);
            } else {
                markerEpochs.put(state.id, state.epoch());
            }
        }
        offsets = Arrays.copyOf(found, n);
        Arrays.sort(offsets);
    }

    boolean has(RecordBatch batch) {
        if (!batch.hasProducerId()) {
            return false;
        }
        if (!batch.isControl()) {
            return Arrays.binarySearch(offsets, batch.lastOffset()) >= 0;
        }
        Short epoch = markerEpochs.get(batch.producerId());
        return epoch != null && epoch == batch.producerEpoch();
    }
}
