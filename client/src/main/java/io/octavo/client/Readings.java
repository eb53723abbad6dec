package io.octavo.client;

import io.octavo.ports.Clock;
import io.octavo.ports.Deadline;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The partitions of a consumer, between its application's thread, which moves and drains them, and
/// the client's loop, which fills them. Guarded by one lock; records are decoded outside it, since
/// a decoder that was handed over belongs to the application's thread.
final class Readings {
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /// The one that was drained last is at the end.
    private final Map<TopicPartition, Reading> all = new LinkedHashMap<>();

    private boolean woken;

    Readings(Clock clock) {
        this.clock = clock;
    }

    /// Begins or goes on elsewhere; an answer that is on its way for the old place finds nobody.
    void seek(TopicPartition partition, Position position) {
        lock.lock();
        try {
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
        } finally {
            lock.unlock();
        }
    }

    void forget(TopicPartition partition) {
        lock.lock();
        try {
            all.remove(partition);
        } finally {
            lock.unlock();
        }
    }

    /// Up to `max` records, from as few partitions as have them.
    ///
    /// @throws ClientException when there are none, and a partition stopped since the last call
    List<ConsumerRecord> take(int max) {
        List<ConsumerRecord> records = new ArrayList<>();
        for (Reading reading : filled()) {
            RecordsDecoder decoder = reading.decoder;
            while (decoder != null && records.size() < max) {
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
        }
        if (records.isEmpty()) {
            throwStopped();
        }
        return records;
    }

    /// Waits until something changed; at once when woken.
    ///
    /// @return false when the time is over, or somebody woke this consumer
    boolean await(Deadline deadline) {
        lock.lock();
        try {
            while (!woken && !hasNews()) {
                if (changed.awaitNanos(deadline.remainingNanos(clock)) <= 0) {
                    return false;
                }
            }
            boolean news = !woken;
            woken = false;
            return news;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    void wakeup() {
        lock.lock();
        try {
            woken = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// The next offset, or -1 while it is being found.
    ///
    /// @throws ClientException when the partition is not read any more
    long position(TopicPartition partition) {
        lock.lock();
        try {
            Reading reading = known(partition);
            if (reading.stopped != null) {
                reading.told = true;
                throw reading.stopped;
            }
            RecordsDecoder decoder = reading.decoder;
            return decoder == null ? reading.offset : decoder.offset();
        } finally {
            lock.unlock();
        }
    }

    /// Waits for a position to be found.
    void awaitPosition(TopicPartition partition, Deadline deadline) {
        lock.lock();
        try {
            while (known(partition).sought != null && known(partition).stopped == null) {
                if (changed.awaitNanos(deadline.remainingNanos(clock)) <= 0) {
                    throw new TimedOut("the position in " + partition + " was not found in time");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TimedOut("interrupted while finding the position in " + partition);
        } finally {
            lock.unlock();
        }
    }

    long knownEnd(TopicPartition partition) {
        lock.lock();
        try {
            return known(partition).knownEnd;
        } finally {
            lock.unlock();
        }
    }

    /// All that could be asked about now: nothing fetched is left, no question is on its way.
    List<Reading> idle() {
        lock.lock();
        try {
            List<Reading> idle = new ArrayList<>();
            for (Reading reading : all.values()) {
                boolean paused = reading.pausedUntil != null && !reading.pausedUntil.passed(clock);
                if (reading.decoder == null
                        && !reading.asking
                        && !paused
                        && reading.stopped == null) {
                    idle.add(reading);
                }
            }
            return idle;
        } finally {
            lock.unlock();
        }
    }

    /// Those with something fetched, or a question on its way.
    List<Reading> busy() {
        lock.lock();
        try {
            return all.values().stream().filter(r -> r.decoder != null || r.asking).toList();
        } finally {
            lock.unlock();
        }
    }

    void asking(List<Reading> readings) {
        lock.lock();
        try {
            readings.forEach(reading -> reading.asking = true);
        } finally {
            lock.unlock();
        }
    }

    void found(Reading reading, long offset) {
        lock.lock();
        try {
            reading.asking = false;
            reading.patience = null;
            reading.sought = null;
            reading.offset = offset;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// @param decoder null when there was nothing
    void fetched(Reading reading, long knownEnd, @Nullable RecordsDecoder decoder) {
        lock.lock();
        try {
            reading.asking = false;
            reading.patience = null;
            reading.knownEnd = knownEnd;
            reading.decoder = decoder;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Lets a partition rest after a failure, or, when that goes on for too long, stops it.
    void failed(Reading reading, ClientException reason, int pauseMs, int patienceMs) {
        lock.lock();
        try {
            reading.asking = false;
            if (reading.patience == null) {
                reading.patience = Deadline.after(clock, patienceMs);
            }
            reading.pausedUntil = Deadline.after(clock, pauseMs);
            if (reading.patience.passed(clock)) {
                reading.stopped = reason;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    void stopped(Reading reading, ClientException reason) {
        lock.lock();
        try {
            reading.asking = false;
            reading.stopped = reason;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private List<Reading> filled() {
        lock.lock();
        try {
            return all.values().stream().filter(reading -> reading.decoder != null).toList();
        } finally {
            lock.unlock();
        }
    }

    private void drained(
            Reading reading, RecordsDecoder decoder, @Nullable ClientException damage) {
        lock.lock();
        try {
            reading.decoder = null;
            reading.offset = decoder.offset();
            reading.stopped = damage;
            if (all.remove(reading.partition, reading)) {
                all.put(reading.partition, reading);
            }
        } finally {
            lock.unlock();
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

    private void throwStopped() {
        lock.lock();
        try {
            for (Reading reading : all.values()) {
                if (reading.stopped != null && !reading.told) {
                    reading.told = true;
                    throw reading.stopped;
                }
            }
        } finally {
            lock.unlock();
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
