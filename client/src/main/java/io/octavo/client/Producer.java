package io.octavo.client;

import java.util.concurrent.CompletableFuture;

/// Writes records in batches. Safe for any thread; the records of one thread to one partition keep
/// their order.
public final class Producer implements AutoCloseable {
    public Producer(Client client, ProducerConfig config) {}

    /// Puts a record into a batch, and waits where the memory for unanswered records is spent.
    ///
    /// @return completed on the client's loop when the record is written as `acks` says, or
    ///   exceptionally with a [ClientException]
    public CompletableFuture<Written> send(ProducerRecord record) {
        return new CompletableFuture<>();
    }

    /// Sends what is batched and waits until everything sent so far is answered, well or not.
    public void flush() {}

    /// Flushes, and takes no more records.
    @Override
    public void close() {}
}
