package io.octavo.client;

import io.octavo.protocol.record.Compression;

/// How a producer batches and writes. [#defaults()] and the withers say what is usual.
///
/// @param acks when a write counts as done
/// @param idempotent whether retries can never write twice or out of order; needs [Acks#ALL]
/// @param level the codec's own scale, or [Compression#DEFAULT_LEVEL]
/// @param batchBytes a batch is sent when it has this size before compression
/// @param lingerMs a batch waits so long for more records
/// @param memoryBytesMax records that are not answered yet; beyond that, sending waits
/// @param requestBytesMax the largest request, and the largest batch
public record ProducerConfig(
        Acks acks,
        boolean idempotent,
        Compression compression,
        int level,
        int batchBytes,
        int lingerMs,
        long memoryBytesMax,
        int requestBytesMax) {
    private static final int BATCH_BYTES = 64 << 10;
    private static final int LINGER_MS = 5;
    private static final long MEMORY_BYTES_MAX = 64L << 20;

    /// What Kafka's brokers accept unless told otherwise (`max.message.bytes`, without the header's
    /// 12 bytes).
    private static final int REQUEST_BYTES_MAX = 1 << 20;

    public ProducerConfig {
        if (idempotent && acks != Acks.ALL) {
            throw new IllegalArgumentException("an idempotent producer needs acks=all");
        }
    }

    public static ProducerConfig defaults() {
        return new ProducerConfig(
                Acks.ALL,
                true,
                Compression.NONE,
                Compression.DEFAULT_LEVEL,
                BATCH_BYTES,
                LINGER_MS,
                MEMORY_BYTES_MAX,
                REQUEST_BYTES_MAX);
    }

    /// Other acks; a producer that does not wait for all is not idempotent.
    public ProducerConfig withAcks(Acks other) {
        return new ProducerConfig(
                other,
                idempotent && other == Acks.ALL,
                compression,
                level,
                batchBytes,
                lingerMs,
                memoryBytesMax,
                requestBytesMax);
    }

    public ProducerConfig withCompression(Compression codec, int codecLevel) {
        return new ProducerConfig(
                acks,
                idempotent,
                codec,
                codecLevel,
                batchBytes,
                lingerMs,
                memoryBytesMax,
                requestBytesMax);
    }

    public ProducerConfig withBatching(int bytes, int ms) {
        return new ProducerConfig(
                acks, idempotent, compression, level, bytes, ms, memoryBytesMax, requestBytesMax);
    }
}
