package io.octavo.client;

import io.octavo.ports.Clock;
import io.octavo.ports.Deadline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The partitions of a consumer, between its application's thread, which moves and drains them, and
/// the client's loop, which fills them. Guarded by its monitor; records are decoded outside it,
/// since a decoder that was handed over belongs to the application's thread.
final class Readings {
    /// Above that only by a batch that is larger for itself.
    private static final long BYTES_MAX = 16L << 20;

    private final Clock clock;

    /// The one that was drained last is at the end.
    private final Map<TopicPartition, Reading> all = new LinkedHashMap<>();

    private boolean woken;

    Readings(Clock clock) {
        this.clock = clock;
    }

    /// Begins or goes on elsewhere; an answer that is on its way for the old place finds nobody.
    synchronized void seek(TopicPartition partition, Position position) {
        Reading reading = new Reading(partition);
        Reading before = all.put(partition, reading);
        if (before != null) {
            reading.knownEnd = before.knownEnd;
        }
        if (position instanceof Position.At(long offset)) {
            reading.offset = offset;
        } else {
            reading.sought = position;
        }
    }

    synchronized void forget(TopicPartition partition) {
        all.remove(partition);
    }

    /// Up to `max` records, from as few partitions as have them, and no more once the batches they
    /// are from hold [#BYTES_MAX]: of what was fetched nobody knows before what it decompresses to.
    ///
    /// @throws ClientException when there are none, and a partition stopped since the last call
    List<ConsumerRecord> take(int max) {
        List<ConsumerRecord> records = new ArrayList<>();
        long bytes = 0;
        for (Reading reading : filled()) {
            RecordsDecoder decoder = reading.decoder;
            long before = decoder == null ? 0 : decoder.decodedBytes();
            while (decoder != null
                    && records.size() < max
                    && bytes + decoder.decodedBytes() - before < BYTES_MAX) {
                ConsumerRecord record = null;
                ClientException damage = null;
                try {
                    record = decoder.next();
                } catch (Unreadable e) {
                    damage = e;
                }
                if (record == null) {
                    drained(reading, decoder, damage);
                    break;
                }
                records.add(record);
            }
            bytes += decoder == null ? 0 : decoder.decodedBytes() - before;
        }
        if (records.isEmpty()) {
            throwStopped();
        }
        return records;
    }

    /// Waits until something changed; at once when woken.
    ///
    /// @return false when the time is over, or somebody woke this consumer
    synchronized boolean await(Deadline deadline) {
        try {
            while (!woken && !hasNews()) {
                if (deadline.passed(clock)) {
                    return false;
                }
                wait(deadline.remainingMs(clock));
            }
            boolean news = !woken;
            woken = false;
            return news;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    synchronized void wakeup() {
        woken = true;
        notifyAll();
    }

    /// The next offset, or -1 while it is being found.
    ///
    /// @throws ClientException when the partition is not read any more
    synchronized long position(TopicPartition partition) {
        Reading reading = known(partition);
        if (reading.stopped != null) {
            reading.told = true;
            throw reading.stopped;
        }
        RecordsDecoder decoder = reading.decoder;
        return decoder == null ? reading.offset : decoder.offset();
    }

    /// The next offset of every partition where it is known.
    synchronized Map<TopicPartition, Long> positions() {
        Map<TopicPartition, Long> positions = new HashMap<>();
        for (Reading reading : all.values()) {
            RecordsDecoder decoder = reading.decoder;
            long offset = decoder == null ? reading.offset : decoder.offset();
            if (reading.sought == null && offset >= 0) {
                positions.put(reading.partition, offset);
            }
        }
        return positions;
    }

    /// Waits for a position to be found.
    synchronized void awaitPosition(TopicPartition partition, Deadline deadline) {
        try {
            while (known(partition).sought != null && known(partition).stopped == null) {
                if (deadline.passed(clock)) {
                    throw new TimedOut("the position in " + partition + " was not found in time");
                }
                wait(deadline.remainingMs(clock));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TimedOut("interrupted while finding the position in " + partition);
        }
    }

    synchronized long knownEnd(TopicPartition partition) {
        return known(partition).knownEnd;
    }

    /// All that could be asked about now: nothing fetched is left, no question is on its way.
    synchronized List<Reading> idle() {
        List<Reading> idle = new ArrayList<>();
        for (Reading reading : all.values()) {
            boolean paused = reading.pausedUntil != null && !reading.pausedUntil.passed(clock);
            if (reading.decoder == null && !reading.asking && !paused && reading.stopped == null) {
                idle.add(reading);
            }
        }
        return idle;
    }

    /// Those with something fetched, or a question on its way.
    synchronized List<Reading> busy() {
        return all.values().stream().filter(r -> r.decoder != null || r.asking).toList();
    }

    synchronized void asking(List<Reading> readings) {
        readings.forEach(reading -> reading.asking = true);
    }

    synchronized void found(Reading reading, long offset) {
        reading.asking = false;
        reading.patience = null;
        reading.sought = null;
        reading.offset = offset;
        notifyAll();
    }

    /// The offset is out of the log's range: goes on at another place.
    synchronized void lost(Reading reading, Position instead) {
        reading.asking = false;
        reading.sought = instead;
    }

    /// @param decoder null when there was nothing
    synchronized void fetched(Reading reading, long knownEnd, @Nullable RecordsDecoder decoder) {
        reading.asking = false;
        reading.patience = null;
        reading.knownEnd = knownEnd;
        reading.decoder = decoder;
        notifyAll();
    }

    /// Lets a partition rest after a failure, or, when that goes on for too long, stops it.
    synchronized void failed(Reading reading, ClientException reason, int pauseMs, int patienceMs) {
        reading.asking = false;
        if (reading.patience == null) {
            reading.patience = Deadline.after(clock, patienceMs);
        }
        reading.pausedUntil = Deadline.after(clock, pauseMs);
        if (reading.patience.passed(clock)) {
            reading.stopped = reason;
            notifyAll();
        }
    }

    synchronized void stopped(Reading reading, ClientException reason) {
        reading.asking = false;
        reading.stopped = reason;
        notifyAll();
    }

    private synchronized List<Reading> filled() {
        return all.values().stream().filter(reading -> reading.decoder != null).toList();
    }

    private synchronized void drained(
            Reading reading, RecordsDecoder decoder, @Nullable ClientException damage) {
        reading.decoder = null;
        reading.offset = decoder.offset();
        reading.stopped = damage;
        if (all.remove(reading.partition, reading)) {
            all.put(reading.partition, reading);
        }
    }

    private boolean hasNews() {
        for (Reading reading : all.values()) {
            if (reading.decoder != null || (reading.stopped != null && !reading.told)) {
                return true;
            }
        }
        return false;
    }

    private synchronized void throwStopped() {
        for (Reading reading : all.values()) {
            if (reading.stopped != null && !reading.told) {
                reading.told = true;
                throw reading.stopped;
            }
        }
    }

    private Reading known(TopicPartition partition) {
        Reading reading = all.get(partition);
        if (reading == null) {
            throw new IllegalStateException(partition + " is not being read; seek it first");
        }
        return reading;
    }
}
