package io.octavo.client;

import io.octavo.client.ClusterMap.Topic;
import io.octavo.ports.Randomness;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.record.RecordBatchBuilder;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/// Writes records in batches. Safe for any thread; the records of one thread to one partition keep
/// their order.
public final class Producer implements AutoCloseable {
    private final Client client;
    private final ProducerConfig config;
    private final Partitioner partitioner;
    private final Accumulator accumulator;
    private final ProduceSender sender;
    private volatile boolean closed;

    public Producer(Client client, ProducerConfig config) {
        this(client, config, Randomness.system());
    }

    Producer(Client client, ProducerConfig config, Randomness randomness) {
        this.client = client;
        this.config = config;
        partitioner = new Partitioner(randomness, config.batchBytes());
        accumulator = new Accumulator(config, client.clock(), client.config().apiTimeoutMs());
        sender = new ProduceSender(client, config, accumulator);
    }

    /// Puts a record into a batch, and waits where the topic is not known yet, or the memory for
    /// unanswered records is spent.
    ///
    /// @return completed on the client's loop when the record is written as `acks` says, or
    ///   exceptionally with a [ClientException]
    /// @throws ClientException when the topic does not become known, or no memory free, in time
    public CompletableFuture<Written> send(ProducerRecord record) {
        if (closed) {
            throw new IllegalStateException("the producer is closed");
        }
        Topic topic = topic(record.topic());
        int bytes =
                RecordBatchBuilder.recordBytesMax(record.key(), record.value(), record.headers());
        if (bytes > config.requestBytesMax() - RecordBatch.HEADER_BYTES) {
            return CompletableFuture.failedFuture(
                    new Refused(
                            "a record for " + record.topic(),
                            ErrorCode.MESSAGE_TOO_LARGE,
                            "takes up to "
                                    + bytes
                                    + " bytes; a request holds "
                                    + config.requestBytesMax()));
        }
        int partition = record.partition();
        if (partition == ProducerRecord.ANY_PARTITION) {
            partition = partitioner.choose(topic, record.key(), bytes);
        } else if (partition < 0 || partition >= topic.partitions().size()) {
            return CompletableFuture.failedFuture(
                    new Refused(
                            "partition " + new TopicPartition(record.topic(), partition),
                            ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                            "the topic has "
                                    + topic.partitions().size()
                                    + " partitions, counted from 0"));
        }
        long timestamp =
                record.timestamp() == ProducerRecord.NOW
                        ? client.clock().wallMs()
                        : record.timestamp();
        Accumulator.Appended appended =
                accumulator.append(
                        new TopicPartition(record.topic(), partition),
                        record,
                        timestamp,
                        bytes,
                        client.loop().inLoop() ? null : sender::wake);
        if (appended.ready()) {
            sender.wake();
        } else if (appended.began()) {
            sender.wakeIn(config.lingerMs());
        }
        return appended.future();
    }

    /// Sends what is batched and waits until everything sent so far is answered, well or not.
    public void flush() {
        List<ProducerBatch> begun = accumulator.beginFlush();
        sender.wake();
        accumulator.endFlush(begun);
    }

    /// Flushes, and takes no more records.
    @Override
    public void close() {
        closed = true;
        flush();
    }

    private Topic topic(String name) {
        Topic known = client.map().topics().get(name);
        if (known != null && !known.partitions().isEmpty()) {
            return known;
        }
        if (client.loop().inLoop()) {
            throw new IllegalStateException(
                    "topic "
                            + name
                            + " is not known yet, and the client's thread cannot wait for it");
        }
        return Completion.await(
                client.retried(() ->
                        client.refresh(Set.of(name), true).thenApply(map -> writable(map, name))));
    }

    private static Topic writable(ClusterMap map, String name) {
        Topic topic = map.topics().get(name);
        ErrorCode error = topic == null ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : topic.error();
        if (topic == null || error != ErrorCode.NONE || topic.partitions().isEmpty()) {
            throw new Refused(
                    "topic " + name,
                    error == ErrorCode.NONE ? ErrorCode.LEADER_NOT_AVAILABLE : error,
                    null);
        }
        return topic;
    }
}
