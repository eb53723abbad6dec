package io.octavo.system.crash;

import java.nio.ByteBuffer;
import java.util.BitSet;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/// What one producer sent to one partition: records with numbers from 0, and which of them were
/// acknowledged. Safe for any thread.
///
/// ```
/// 0   producer  i32
/// 4   number    i32
/// 8   filling   what the two above determine
/// ```
final class Sent {
    private static final int HEAD_BYTES = 2 * Integer.BYTES;

    private final int producer;
    private final TopicPartition partition;
    private final int valueBytes;
    private final BitSet acknowledged = new BitSet();
    private int numberNext;

    /// @param valueBytes of each record, at least 8
    Sent(int producer, TopicPartition partition, int valueBytes) {
        this.producer = producer;
        this.partition = partition;
        this.valueBytes = valueBytes;
    }

    int producer() {
        return producer;
    }

    TopicPartition partition() {
        return partition;
    }

    /// The number of the next record, which is hereby sent.
    synchronized int next() {
        return numberNext++;
    }

    ProducerRecord<byte[], byte[]> record(int number) {
        byte[] value = value(producer, number, valueBytes);
        return new ProducerRecord<>(partition.topic(), partition.partition(), null, value);
    }

    synchronized void acknowledge(int number) {
        acknowledged.set(number);
    }

    /// The numbers of the records that the broker has answered for.
    synchronized BitSet acknowledged() {
        return (BitSet) acknowledged.clone();
    }

    /// Who sent `value` and its number: `producer << 32 | number`.
    ///
    /// @throws AssertionError if nobody sent such a value
    static long identity(byte[] value) {
        ByteBuffer head = ByteBuffer.wrap(value);
        int producer = head.getInt();
        int number = head.getInt();
        if (!ByteBuffer.wrap(value(producer, number, value.length)).equals(head.rewind())) {
            throw new AssertionError(
                    "record %d of producer %d has another content".formatted(number, producer));
        }
        return (long) producer << Integer.SIZE | number;
    }

    static byte[] value(int producer, int number, int bytes) {
        ByteBuffer value = ByteBuffer.allocate(bytes).putInt(producer).putInt(number);
        for (int i = HEAD_BYTES; i < bytes; i++) {
            value.put((byte) (producer + number * 31 + i));
        }
        return value.array();
    }
}
