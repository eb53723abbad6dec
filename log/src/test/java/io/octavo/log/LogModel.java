package io.octavo.log;

import io.octavo.log.EpochHistory.Epoch;
import io.octavo.protocol.record.EndMarker;
import io.octavo.protocol.record.RecordBatch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a log should be: a list of batches, and what follows from it, computed anew each time and
/// in the plainest way.
final class LogModel {
    final List<Entry> batches = new ArrayList<>();
    long startOffset;
    long endOffset;

    /// @param bytes as they must be in the log
    record Entry(long baseOffset, long nextOffset, int epoch, ByteBuffer bytes) {
        RecordBatch batch() {
            return new RecordBatch(bytes);
        }
    }

    /// Appends a batch that the log has stamped.
    void append(RecordBatch batch) {
        ByteBuffer bytes = ByteBuffer.allocate(batch.sizeBytes()).put(batch.bytes()).flip();
        batches.add(new Entry(batch.baseOffset(), batch.nextOffset(), batch.leaderEpoch(), bytes));
        endOffset = batch.nextOffset();
    }

    void truncate(long toOffset) {
        while (!batches.isEmpty() && batches.getLast().nextOffset > toOffset) {
            endOffset = Math.max(batches.removeLast().baseOffset, startOffset);
        }
    }

    /// All bytes from the batch that holds `offset` on.
    ByteBuffer from(long offset) {
        int size = 0;
        for (Entry entry : batches) {
            size += entry.nextOffset > offset ? entry.bytes.remaining() : 0;
        }
        ByteBuffer bytes = ByteBuffer.allocate(size);
        for (Entry entry : batches) {
            if (entry.nextOffset > offset) {
                bytes.put(entry.bytes.duplicate());
            }
        }
        return bytes.flip();
    }

    /// Where leader epochs begin, from the log's start on.
    List<Epoch> epochs() {
        List<Epoch> epochs = new ArrayList<>();
        int latest = -1;
        for (Entry entry : batches) {
            if (entry.epoch > latest) {
                latest = entry.epoch;
                Epoch epoch = new Epoch(latest, Math.max(entry.baseOffset, startOffset));
                if (!epochs.isEmpty() && epochs.getLast().startOffset() >= epoch.startOffset()) {
                    epochs.removeLast();
                }
                epochs.add(epoch);
            }
        }
        return epochs;
    }

    /// Those that may have records from one offset up to another, where the batches from `start` on
    /// are there.
    List<AbortedTransaction> aborted(long start, long from, long to) {
        return aborted(batches.stream().map(Entry::batch).toList(), start, from, to);
    }

    static List<AbortedTransaction> aborted(
            List<RecordBatch> batches, long start, long from, long to) {
        Map<Long, Long> open = new HashMap<>();
        List<AbortedTransaction> aborted = new ArrayList<>();
        for (RecordBatch batch : batches) {
            if (batch.baseOffset() < start || !batch.isTransactional()) {
                continue;
            }
            if (!batch.isControl()) {
                open.putIfAbsent(batch.producerId(), batch.baseOffset());
                continue;
            }
            Long first = open.remove(batch.producerId());
            EndMarker marker = EndMarker.read(batch);
            long last = batch.baseOffset();
            if (first != null
                    && marker != null
                    && !marker.commits()
                    && last >= from
                    && first < to) {
                long stable = open.values().stream().min(Long::compare).orElse(last + 1);
                aborted.add(new AbortedTransaction(batch.producerId(), first, last, stable));
            }
        }
        return aborted;
    }

    /// Every producer as [ProducerState#toString()] says it, by id, as far as the batches from
    /// `offset` on tell.
    Map<Long, String> producers(long offset) {
        Map<Long, ExpectedProducer> producers = new TreeMap<>();
        for (Entry entry : batches) {
            RecordBatch batch = entry.batch();
            if (batch.hasProducerId() && entry.baseOffset >= offset) {
                producers.computeIfAbsent(batch.producerId(), ExpectedProducer::new).add(batch);
            }
        }
        Map<Long, String> texts = new HashMap<>();
        producers.forEach((id, producer) -> texts.put(id, producer.toString()));
        return texts;
    }
}
