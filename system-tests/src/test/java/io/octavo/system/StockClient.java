package io.octavo.system;

import java.util.List;
import java.util.Locale;

/// A Kafka client that is not ours: sends the lines of a file, and reads a topic back.
interface StockClient {
    /// Sends every line of `file` in order: to the only partition, or with its number as the key
    /// and a header where `keyed`.
    void produce(String address, String topic, LogFile file, Codec codec, boolean keyed);

    /// Everything that `topic` holds.
    List<Message> consume(String address, String topic);

    /// The compressions, by the names that all clients use.
    enum Codec {
        NONE,
        GZIP,
        SNAPPY,
        LZ4,
        ZSTD;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
