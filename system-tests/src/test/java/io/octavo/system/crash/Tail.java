package io.octavo.system.crash;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.common.TopicPartition;

/// A stock consumer that reads along while the broker goes down and comes back, and remembers.
final class Tail implements AutoCloseable {
    private final Reading reading;
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final Future<?> running;
    private volatile boolean stopped;

    /// @param partitions none: it does not read at all
    Tail(String address, List<TopicPartition> partitions) {
        reading = new Reading(address, partitions);
        running =
                partitions.isEmpty()
                        ? CompletableFuture.completedFuture(null)
                        : thread.submit(this::run);
    }

    /// Reads to the end and returns what was read.
    Reading finish() {
        stop();
        reading.toEnd();
        return reading;
    }

    @Override
    public void close() {
        try (thread) {
            stopped = true;
        }
        reading.close();
    }

    private void run() {
        while (!stopped) {
            reading.poll();
        }
    }

    private void stop() {
        stopped = true;
        try {
            running.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError("the consumer that reads along failed", e);
        }
    }
}
